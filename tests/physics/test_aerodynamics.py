"""Force of the air: signs, and the same vehicle told in wind axes and in body axes."""

import math

import numpy as np
import pytest

from cosmodrome.physics.aerodynamics import BODY_AXES, NO_AERO, WIND_AXES, air_force, make_aero

ALPHA = np.radians([0.0, 2.0, 5.0, 10.0, 20.0, 40.0])
MACH = np.array([0.3, 0.9, 1.0, 1.3, 3.0])
CD = np.array([[0.3 + 0.1 * m + 1.2 * a * a for a in ALPHA] for m in MACH])
CL = np.array([[(2.2 + 0.2 * m) * math.sin(a) for a in ALPHA] for m in MACH])
Q, AREA = 3.2e4, 7.0686

WIND = make_aero(AREA, MACH, ALPHA, CD, CL, WIND_AXES)
# Anderson, eq. 1.1 and 1.2 turned round: the same force resolved along and across the body
CA = CD * np.cos(ALPHA) - CL * np.sin(ALPHA)
CN = CD * np.sin(ALPHA) + CL * np.cos(ALPHA)
BODY = make_aero(AREA, MACH, ALPHA, CA, CN, BODY_AXES)


def directions(alpha, roll=0.7):
    """(u, vhat): the nose pitched by alpha from the motion, in a plane turned by `roll`."""
    vhat = np.array([0.6, -0.48, 0.64])
    across = np.cross(vhat, [0.0, 0.0, 1.0])
    across /= np.linalg.norm(across)
    across = math.cos(roll) * across + math.sin(roll) * np.cross(vhat, across)
    u = math.cos(alpha) * vhat + math.sin(alpha) * across
    return tuple(map(float, u)), tuple(map(float, vhat))


@pytest.mark.parametrize("mach", MACH)
@pytest.mark.parametrize("alpha", ALPHA)
def test_wind_axes_and_body_axes_tell_the_same_force(mach, alpha):
    u, vhat = directions(alpha)
    wind = np.array(air_force(Q, float(mach), u, vhat, WIND))
    body = np.array(air_force(Q, float(mach), u, vhat, BODY))
    # The floor of 1e-4 under the sine of alpha moves the argument of two different splines by 1.4e-7 rad at 2
    # degrees and by 1e-4 rad at none; their slopes there are 0.05 and 0.2 of the coefficient.
    tolerance = 2e-5 if alpha == 0.0 else 1e-6
    assert body == pytest.approx(wind, abs=tolerance * np.linalg.norm(wind))


def test_drag_opposes_the_motion_and_lift_pulls_toward_the_nose():
    alpha = float(ALPHA[3])
    u, vhat = directions(alpha)
    force = np.array(air_force(Q, 1.0, u, vhat, WIND))
    lift_axis = (np.array(u) - math.cos(alpha) * np.array(vhat)) / math.sin(alpha)
    # tolerance as above
    assert force @ vhat == pytest.approx(-Q * AREA * CD[2, 3], rel=1e-6)
    assert force @ lift_axis == pytest.approx(Q * AREA * CL[2, 3], rel=1e-6)
    assert np.dot(force, np.cross(u, vhat)) == pytest.approx(0.0, abs=1e-9 * np.linalg.norm(force))


def test_axial_force_pushes_the_nose_back_and_normal_force_away_from_the_wind():
    alpha = float(ALPHA[3])
    u, vhat = directions(alpha)
    force = np.array(air_force(Q, 1.0, u, vhat, BODY))
    windward = (np.array(vhat) - math.cos(alpha) * np.array(u)) / math.sin(alpha)
    assert force @ u == pytest.approx(-Q * AREA * CA[2, 3], rel=1e-6)
    assert force @ windward == pytest.approx(-Q * AREA * CN[2, 3], rel=1e-6)


@pytest.mark.parametrize("aero", [WIND, BODY], ids=["wind", "body"])
def test_at_zero_angle_there_is_drag_alone_and_lift_grows_from_zero_linearly(aero):
    u, vhat = directions(0.0)
    straight = np.array(air_force(Q, 1.3, u, vhat, aero))
    # the tables are read at 1e-4 rad instead of zero: their slope there is below 0.4
    assert straight == pytest.approx(-Q * AREA * CD[3, 0] * np.array(vhat), abs=1e-4 * Q * AREA)
    slopes = []
    for alpha in (1e-5, 1e-4, 1e-3):
        u, vhat = directions(alpha)
        lift_axis = (np.array(u) - math.cos(alpha) * np.array(vhat)) / math.sin(alpha)
        slopes.append(np.array(air_force(Q, 1.3, u, vhat, aero)) @ lift_axis / (Q * AREA * math.sin(alpha)))
    # inside the floor and out of it lift has one slope; the tables give that of the sine to 1e-3
    assert slopes == pytest.approx([2.2 + 0.2 * 1.3] * 3, rel=2e-3)


def test_beyond_its_last_angle_the_coefficients_stay():
    u, vhat = directions(2.0)
    force = np.array(air_force(Q, 1.0, u, vhat, WIND))
    assert force @ vhat == pytest.approx(-Q * AREA * CD[2, -1], rel=1e-6)


def test_the_force_grows_with_dynamic_pressure_and_area():
    u, vhat = directions(0.2)
    once = np.array(air_force(Q, 1.0, u, vhat, WIND))
    assert np.array(air_force(2.0 * Q, 1.0, u, vhat, WIND)) == pytest.approx(2.0 * once, rel=1e-15)
    wide = make_aero(3.0 * AREA, MACH, ALPHA, CD, CL, WIND_AXES)
    assert np.array(air_force(Q, 1.0, u, vhat, wide)) == pytest.approx(3.0 * once, rel=1e-15)


def test_a_constant_drag_coefficient_holds_at_every_mach_and_angle():
    plain = make_aero(12.5, along=((0.5,),))
    for mach, alpha in ((0.0, 0.0), (1.0, 1.0), (30.0, 3.1)):
        u, vhat = directions(alpha)
        expected = tuple(-Q * 12.5 * 0.5 * c for c in vhat)
        assert air_force(Q, mach, u, vhat, plain) == pytest.approx(expected, rel=1e-15)
    for nothing in (NO_AERO, make_aero(12.5)):
        assert air_force(Q, 1.0, *directions(0.3), nothing) == pytest.approx((0.0, 0.0, 0.0), abs=0.0)


def test_coefficients_that_fit_no_grid_are_refused():
    with pytest.raises(ValueError, match="each pair"):
        make_aero(1.0, MACH, ALPHA, CD[:, :-1])
    with pytest.raises(ValueError, match="ascend"):
        make_aero(1.0, MACH[::-1], ALPHA, CD)
    with pytest.raises(ValueError, match="ascend"):
        make_aero(1.0, MACH, ALPHA[::-1], CD)
