"""Rows of limits change sign where the flown quantity crosses the limit, with finite slopes everywhere."""

import math

import casadi as ca
import numpy as np
import pytest

import cosmodrome.ascent.symbols  # noqa: F401  (makes the rows symbolic)
from cosmodrome.ascent.limits import FILE_KEYS, PATH_LIMITS, azimuth_rows, heading_row
from cosmodrome.mission.schema import Limits
from cosmodrome.physics.frames import direction_from_angles, ground_velocity, place
from cosmodrome.physics.motion import Leg, angle_of_attack, axial_acceleration, conditions
from tests.flight.worlds import LAUNCHER_AERO, RADIUS_M, engine, real

WORLD = real()
LEG = Leg(engine(3.6e6, 1250.0, 2.0), LAUNCHER_AERO)
MASS_KG = 180e3


def flown(altitude_m, speed_m_s, alpha_rad):
    """Conditions and axis at an altitude, climbing at 40 deg, the axis off the motion by `alpha_rad`."""
    r = (RADIUS_M + altitude_m, 0.0, 0.0)
    local = place(r, WORLD.earth)
    way = np.array(direction_from_angles(math.radians(40.0), math.radians(70.0), local))
    v = tuple(np.array(ground_velocity(r, WORLD.earth)) + speed_m_s * way)
    still = conditions(r, v, (1.0, 0.0, 0.0), 1.0, 0.0, LEG, WORLD)
    ahead = np.array(still.v_air) / np.linalg.norm(still.v_air)
    side = np.cross(ahead, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side)
    u = tuple(math.cos(alpha_rad) * ahead + math.sin(alpha_rad) * side)
    return conditions(r, v, u, 1.0, 0.0, LEG, WORLD), u


STATES = [
    (altitude, speed, alpha)
    for altitude in (50.0, 2e3, 11e3, 30e3, 70e3, 110e3)
    for speed in (30.0, 350.0, 1800.0)
    for alpha in (0.0, 0.01, 0.1, 1.0, 3.0)
]
MEASURED = {
    "max_dynamic_pressure_pa": lambda c, u: c.q,
    "max_q_alpha_pa_rad": lambda c, u: c.q * angle_of_attack(u, c.v_air),
    "max_axial_acceleration_m_s2": lambda c, u: axial_acceleration(c, u, MASS_KG),
    "fairing_heat_flux_w_m2": lambda c, u: c.heat_flux,
    # the one limit that is kept from above
    "min_coast_altitude_m": lambda c, u: -c.altitude,
}


def test_every_path_limit_is_measured_here():
    assert set(MEASURED) == set(PATH_LIMITS)


@pytest.mark.parametrize("key", PATH_LIMITS)
@pytest.mark.parametrize("share", [0.5, 0.99, 1.01, 2.0])
def test_a_row_is_kept_exactly_where_the_flown_quantity_keeps_the_limit(key, share):
    """At every state, with the limit at a share of what is flown there."""
    tried = 0
    for altitude, speed, alpha in STATES:
        c, u = flown(altitude, speed, alpha)
        value = MEASURED[key](c, u)
        if key == "max_q_alpha_pa_rad" and (alpha < 1e-3 or value < 1.0):
            # the row's own floor of 1 mPa counts only where nobody states a limit
            continue
        if value == 0.0 or (key != "min_coast_altitude_m" and value < 0.0):
            continue
        bound = abs(share * value)
        if key == "max_q_alpha_pa_rad" and bound > c.q * math.pi:
            continue
        row = PATH_LIMITS[key].row(c, u, MASS_KG, bound)
        is_kept = abs(value) >= bound if key == "min_coast_altitude_m" else value <= bound
        assert (row <= 0.0) == is_kept, (altitude, speed, alpha)
        tried += 1
    assert tried > 20


def test_every_angle_is_allowed_where_no_angle_can_break_the_limit():
    c, u = flown(70e3, 30.0, math.pi)
    assert PATH_LIMITS["max_q_alpha_pa_rad"].row(c, u, MASS_KG, 5e3) <= 0.0


@pytest.mark.parametrize("key", PATH_LIMITS)
@pytest.mark.parametrize(
    ("altitude", "speed", "alpha"), [(0.0, 0.0, 0.0), (11e3, 400.0, 0.0), (400e3, 7700.0, 0.3)]
)
def test_a_row_has_finite_slopes_on_the_pad_at_no_angle_and_in_no_air(key, altitude, speed, alpha):
    r0 = np.array([RADIUS_M + altitude, 0.0, 0.0])
    v0 = np.add(ground_velocity(tuple(r0), WORLD.earth), [0.0, 0.0, speed])
    u0 = np.array([math.sin(alpha), 0.0, math.cos(alpha)])
    z = ca.SX.sym("z", 10)
    r, v, u = (tuple(z[3 * j + i] for i in range(3)) for j in range(3))
    c = conditions(r, v, u, 1.0, 0.0, LEG, WORLD)
    row = PATH_LIMITS[key].row(c, u, z[9], 1000.0)
    slopes = ca.Function("f", [z], [row, ca.gradient(row, z), ca.hessian(row, z)[0]])
    for found in slopes([*r0, *v0, *u0, MASS_KG]):
        assert np.isfinite(np.array(found)).all()


@pytest.mark.parametrize("corridor", [(0.0, 90.0), (300.0, 60.0), (90.0, 270.0), (350.0, 20.0)])
def test_azimuth_rows_are_kept_exactly_inside_the_corridor(corridor):
    low, high = map(math.radians, corridor)
    local = place((0.6 * RADIUS_M, 0.0, 0.8 * RADIUS_M), WORLD.earth)
    for degrees in np.arange(0.5, 360.0, 5.0):
        v = tuple(500.0 * x for x in direction_from_angles(0.3, math.radians(degrees), local))
        inside = (math.radians(degrees) - low) % math.tau <= (high - low) % math.tau
        assert (max(azimuth_rows(v, local, low, high)) <= 0.0) == inside, degrees


def test_the_heading_row_parts_the_two_directions_of_launch():
    local = place((0.6 * RADIUS_M, 0.0, 0.8 * RADIUS_M), WORLD.earth)
    for heading in (0.1, 1.4, 3.0, 4.5):
        for turned in (-1.5, -0.5, 0.0, 0.7, 1.5):
            ahead = tuple(300.0 * x for x in direction_from_angles(0.5, heading + turned, local))
            back = tuple(300.0 * x for x in direction_from_angles(0.5, heading + turned + math.pi, local))
            assert heading_row(ahead, local, heading) < 0.0 < heading_row(back, local, heading)


def test_every_limit_of_a_mission_has_a_key_in_files_with_its_unit():
    assert set(FILE_KEYS) == set(Limits.__dataclass_fields__)
    g = FILE_KEYS["max_axial_acceleration_m_s2"]
    assert (g.key, g.unit, g.factor) == ("max_axial_acceleration_g", "g", 9.80665)
    assert FILE_KEYS["min_coast_altitude_m"].factor == 1000.0
    assert FILE_KEYS["launch_azimuth_min_rad"].factor == pytest.approx(math.pi / 180.0)
