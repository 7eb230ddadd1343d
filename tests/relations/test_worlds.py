"""The same flight in the same world told otherwise, and in worlds that only look like another one.

Nothing is compared with a number: of each pair only the relation is known, from a symmetry of mechanics or because
both say the same.
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.errors import MissionFileError
from cosmodrome.files.tables import read_atmosphere_table
from cosmodrome.flight.attitude import along_velocity, polynomial, steered, vertical
from cosmodrome.flight.programme import Programme
from cosmodrome.physics.aerodynamics import BODY_AXES, make_aero
from cosmodrome.physics.atmosphere import EXPONENTIAL, TABLE, US76, air, make_atmosphere
from cosmodrome.physics.constants import G0, GAS_CONSTANT_AIR, MU, ROTATION_RATE, ZONALS
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.motion import Environment
from cosmodrome.physics.tables import table
from cosmodrome.physics.wind import make_wind
from tests.flight.worlds import LAUNCHER_AERO, RADIUS_M, ball, ellipsoid, exponential, launch, real
from tests.relations.pairs import (
    EAST_WEST,
    NORTH_SOUTH,
    assert_mirrored,
    assert_same,
    differ,
    ends,
    flown,
    launch_in,
    laws_of,
    mirrored,
    moved,
    told_in,
    with_aero,
    with_laws,
    with_legs,
)

ALTITUDES_M = np.array([0.0, 8e3, 20e3, 45e3, 80e3])
EAST_M_S, NORTH_M_S = np.array([3.0, 9.0, 16.0, 20.0, 24.0]), np.array([-2.0, 0.0, 3.0, 6.0, 8.0])
WINDY = make_wind(ALTITUDES_M, EAST_M_S, NORTH_M_S)


def windy(earth: Earth, east: float = 1.0, north: float = 1.0) -> Environment:
    """The standard air with a wind, its parts times the given signs."""
    wind = make_wind(ALTITUDES_M, east * EAST_M_S, north * NORTH_M_S)
    return Environment(earth, make_atmosphere(US76), wind)


# --- symmetries of the world ----------------------------------------------------------------------------


def test_an_earth_turned_under_a_path_moves_what_falls_by_its_longitude() -> None:
    """The path is told in inertial axes and the Earth is round about its pole: the bits are the same."""
    angle = math.radians(33.0)
    ours = flown(launch())
    turned = flown(replace(launch(), earth_angle_rad=launch().earth_angle_rad + angle))
    assert np.array_equal(turned.y, ours.y)
    for before, after in zip(ours.drop_points, turned.drop_points, strict=True):
        moved_deg = math.remainder(before["longitude_deg"] - after["longitude_deg"], 360.0)
        assert moved_deg == pytest.approx(33.0, abs=1e-12)
        assert after["latitude_deg"] == before["latitude_deg"]


@pytest.mark.parametrize("degree", [0, 2])
def test_a_launch_in_the_mirror_of_the_equator_flies_the_mirrored_path(degree: int) -> None:
    """The northward wind and the azimuth are mirrored with it; point mass and J2 are even in latitude."""
    usual = launch_in(windy(ellipsoid(degree)))
    other = mirrored(usual, NORTH_SOUTH, windy(ellipsoid(degree), north=-1.0))
    assert_mirrored(flown(other), flown(usual), NORTH_SOUTH)


def test_in_that_mirror_odd_zonals_change_their_sign() -> None:
    earth = ellipsoid(6)
    flipped = earth._replace(zonals=tuple(j * (-1.0) ** n for j, n in zip(ZONALS, range(2, 7), strict=True)))
    usual = launch_in(windy(earth))
    assert_mirrored(
        flown(mirrored(usual, NORTH_SOUTH, windy(flipped, north=-1.0))), flown(usual), NORTH_SOUTH
    )
    # without that the two are not one: J3 and J5 are there
    kept = ends(mirrored(usual, NORTH_SOUTH, windy(earth, north=-1.0)))
    assert differ(kept[:, :3] * NORTH_SOUTH, ends(usual))


def test_a_launch_in_the_mirror_of_its_meridian_flies_westward_over_an_earth_that_turns_back() -> None:
    earth = ellipsoid(6)
    usual = launch_in(windy(earth))
    backward = windy(earth._replace(rotation=-ROTATION_RATE), east=-1.0)
    assert_mirrored(flown(mirrored(usual, EAST_WEST, backward)), flown(usual), EAST_WEST)


@pytest.mark.parametrize("angle", [0.4, 1.5, 3.0])
def test_round_an_earth_that_is_a_ball_at_rest_no_direction_is_special(angle: float) -> None:
    """Turned about an axis off the pole, over it and south: what would know of the poles parts the two."""
    usual = _over_a_ball()
    n = np.array([0.48, -0.6, 0.64])
    skew = np.array([[0.0, -n[2], n[1]], [n[2], 0.0, -n[0]], [-n[1], n[0], 0.0]])
    R = np.eye(3) + math.sin(angle) * skew + (1.0 - math.cos(angle)) * skew @ skew
    turned = with_laws(
        usual,
        [law._replace(coefficients=_turned(law.coefficients, R)) for law in laws_of(usual)],
        r_eci_m=tuple((R @ usual.r_eci_m).tolist()),
        v_eci_m_s=tuple((R @ usual.v_eci_m_s).tolist()),
    )
    found = ends(turned)
    found[:, :3], found[:, 3:6] = found[:, :3] @ R, found[:, 3:6] @ R
    assert_same(found, ends(usual))


def _over_a_ball() -> Programme:
    """A launch steered by nothing that has a north: up, along given axes, along the motion through the air."""
    usual = launch_in(exponential(ball()))
    up = np.array(usual.r_eci_m) / np.linalg.norm(usual.r_eci_m)
    over = [[*up, 1.0], [0.0, 1.2, 0.0, 0.0]]
    first = (polynomial([0.0, 140.0], [over]), along_velocity(), vertical())
    return with_laws(usual, [*first, *laws_of(usual)[3:]])


def _turned(coefficients: np.ndarray, R: np.ndarray) -> np.ndarray:
    return np.concatenate([coefficients[..., :3] @ R.T, coefficients[..., 3:]], axis=-1)


def test_the_clock_may_start_at_any_time() -> None:
    """The Earth has turned meanwhile, so its angle at t = 0 is less: what falls, falls on the same places later."""
    usual, by_s = launch(), 1000.0
    late = with_laws(
        usual,
        [moved(law, by_s) for law in laws_of(usual)],
        t_s=by_s,
        earth_angle_rad=usual.earth_angle_rad - ROTATION_RATE * by_s,
    )
    ours, theirs = flown(usual), flown(late)
    assert_same(theirs.phase_ends, ours.phase_ends)
    for before, after in zip(ours.drop_points, theirs.drop_points, strict=True):
        assert after["t_s"] - by_s == pytest.approx(before["t_s"], abs=1e-4)
        # a centimetre on the ground
        assert after["latitude_deg"] == pytest.approx(before["latitude_deg"], abs=1e-7)
        assert after["longitude_deg"] == pytest.approx(before["longitude_deg"], abs=1e-7)


@pytest.mark.parametrize(
    ("length", "time", "mass"),
    [(1e-3, 1.0 / 60.0, 1e-3), (1.0 / 0.3048, 1.0, 1.0 / 14.59390294), (16.0, 4.0, 0.5)],
    ids=["km min t", "ft s slug", "model"],
)
def test_a_launch_told_in_other_units_is_the_same_launch(length: float, time: float, mass: float) -> None:
    """Every number of rocket, Earth and air by its dimension: what is no pure number in the code would show."""
    usual = told_in(launch(), _measured(1.0, 1.0, 1.0), 1.0, 1.0, 1.0)
    found = ends(told_in(usual, _measured(length, time, mass), length, time, mass))
    speed = length / time
    found /= [length] * 3 + [speed] * 3 + [mass] + [speed] * 5
    # floors of 1 mm/s under the speed, and tolerances of 1e-8 m, are told in the other units as they stand
    assert_same(found, ends(usual), 1e-8)


def _measured(length: float, time: float, mass: float) -> Environment:
    """Air of a table, wind and an Earth with J2, told in so many units in a metre, a second and a kilogram."""
    earth, standard, speed = ellipsoid(), make_atmosphere(US76), length / time
    h = np.linspace(0.0, 84e3, 29)
    T, p, rho, _ = np.array([air(x, standard) for x in h]).T
    columns = (h * length, T * speed**2, p * mass / (length * time**2), rho * mass / length**3)
    return Environment(
        earth._replace(mu=MU * length**3 / time**2, radius=RADIUS_M * length, rotation=ROTATION_RATE / time),
        make_atmosphere(TABLE, columns=columns),
        make_wind(ALTITUDES_M * length, EAST_M_S * speed, NORTH_M_S * speed),
    )


# --- worlds that only look like another one -------------------------------------------------------------


def test_a_wind_of_nothing_is_no_wind() -> None:
    world = real()._replace(wind=make_wind(ALTITUDES_M, np.zeros(5), np.zeros(5)))
    still = world._replace(wind=make_wind())
    assert np.array_equal(ends(launch_in(world)), ends(launch_in(still)))
    assert differ(ends(launch()), ends(launch_in(still)))


def test_a_row_on_the_line_between_two_changes_no_wind() -> None:
    two = make_wind([0.0, 20e3], [4.0, 30.0], [-3.0, 9.0])
    three = make_wind([0.0, 7e3, 20e3], [4.0, 13.1, 30.0], [-3.0, 1.2, 9.0])
    assert_same(ends(launch_in(real()._replace(wind=three))), ends(launch_in(real()._replace(wind=two))))


def test_a_row_added_where_the_curve_passes_anyway_changes_no_wind() -> None:
    """A natural spline through a point of itself is itself, as long as neither needs the monotone curve."""
    h = np.sort([*ALTITUDES_M, 12e3, 60e3])
    more = make_wind(h, *([table(x, each) for x in h] for each in WINDY))
    assert_same(ends(launch_in(real()._replace(wind=more))), ends(launch_in(real()._replace(wind=WINDY))))


def test_on_the_equator_air_that_turns_is_a_wind_over_an_earth_at_rest() -> None:
    """The wind omega (R + h) is a line over altitude, and a pad at rest would need that speed at the start."""
    turning = exponential(ellipsoid())
    usual = _equatorial(turning)
    top = 1e6
    wind = make_wind([0.0, top], [ROTATION_RATE * RADIUS_M, ROTATION_RATE * (RADIUS_M + top)], [0.0, 0.0])
    blowing = turning._replace(earth=turning.earth._replace(rotation=0.0), wind=wind)
    assert_same(ends(replace(usual, environment=blowing)), ends(usual))


def _equatorial(world: Environment) -> Programme:
    """The launch from the equator toward the east, in the plane of the equator."""
    usual = launch()
    radius = RADIUS_M + 10.0
    first = steered(8.0, 18.0, math.radians(4.0), 0.5 * math.pi, 110.0, 0.6, -0.0018, (0.0, 0.0, 1.0))
    second, third = ([[math.sin(x), math.cos(x), 0.0, 1.0]] for x in (0.5, 0.2))
    laws = [first] * 3 + [
        polynomial([147.0, 177.0], [second]),
        polynomial([177.0, 427.0], [third]),
        vertical(),
    ]
    return with_laws(
        usual,
        laws,
        environment=world,
        r_eci_m=(radius, 0.0, 0.0),
        v_eci_m_s=(0.0, ROTATION_RATE * radius, 0.0),
        pad_latitude_rad=0.0,
    )


def test_zonals_that_are_zero_are_not_there() -> None:
    none = (0.0,) * 5
    point, j2, all_ = (windy(ellipsoid(n)) for n in (0, 2, 6))
    without = [w._replace(earth=w.earth._replace(zonals=none)) for w in (j2, all_)]
    for world in without:
        assert_same(ends(launch_in(world)), ends(launch_in(point)))
    only_j2 = all_._replace(earth=all_.earth._replace(zonals=(ZONALS[0], *none[1:])))
    assert_same(ends(launch_in(only_j2)), ends(launch_in(j2)))
    assert differ(ends(launch_in(all_)), ends(launch_in(j2)))


def test_exponential_air_is_a_table_of_two_rows() -> None:
    """Isothermal: ln p and ln rho are lines over altitude, which go on above the table."""
    earth, scale_height = ellipsoid(), 7200.0
    model = make_atmosphere(EXPONENTIAL, scale_height=scale_height)
    h = np.array([0.0, 60e3])
    T = np.full(2, G0 * scale_height / GAS_CONSTANT_AIR)
    rho = 1.225 * np.exp(-h / scale_height)
    rows = make_atmosphere(TABLE, columns=(h, T, rho * GAS_CONSTANT_AIR * T, rho))
    assert_same(
        ends(launch_in(Environment(earth, rows, WINDY))), ends(launch_in(Environment(earth, model, WINDY)))
    )


def test_the_standard_air_written_as_a_file_is_nearly_the_standard_air(tmp_path) -> None:
    standard = make_atmosphere(US76)
    h = np.concatenate([np.arange(0.0, 86e3, 250.0), np.arange(86e3, 400e3, 2e3)])
    rows = "".join(
        f"{x!r},{a.temperature!r},{a.pressure!r},{a.density!r}\n"
        for x in h.tolist()
        for a in [air(x, standard)]
    )
    path = tmp_path / "us76.csv"
    path.write_text("altitude_m,temperature_k,pressure_pa,density_kg_m3\n" + rows)
    read = read_atmosphere_table(path, MissionFileError)
    table_ = make_atmosphere(TABLE, columns=tuple(read.values()))
    found, expected = (ends(launch_in(Environment(ellipsoid(), each, WINDY))) for each in (table_, standard))
    # a spline rounds the six corners of the standard's temperature: some 1e-4 of the density over 250 m
    assert_same(found, expected, 1e-6)


# --- a vehicle told otherwise ---------------------------------------------------------------------------


def test_thinner_air_is_felt_by_a_larger_body_in_the_same_way_and_heats_less() -> None:
    """Density enters drag with the area, back-pressure with that of the exit, heat flux alone."""
    k = 0.25
    world = exponential(ellipsoid())
    thin = world._replace(atmosphere=make_atmosphere(EXPONENTIAL, rho0=k * 1.225))
    usual = launch_in(world)
    wide = with_legs(
        replace(usual, environment=thin),
        lambda leg: leg._replace(
            aero=leg.aero._replace(area=leg.aero.area / k),
            propulsion=leg.propulsion._replace(exit_area=leg.propulsion.exit_area / k),
        ),
    )
    ours, theirs = flown(usual), flown(wide)
    assert_same(theirs.phase_ends, ours.phase_ends)
    for name in ("heat_flux_w_m2", "dynamic_pressure_pa", "q_alpha_pa_rad"):
        peaks = [flight.columns()[name].max() for flight in (theirs, ours)]
        # peaks of rows, whose times differ where steps do
        assert peaks[0] == pytest.approx(k * peaks[1], rel=1e-6), name


def test_coefficients_and_area_act_by_their_product() -> None:
    k = 8.0
    aero = LAUNCHER_AERO
    doubled = aero._replace(area=aero.area / k, along=_times(aero.along, k), across=_times(aero.across, k))
    other = with_aero(launch(), lambda a: doubled if a.area > 0.0 else a)
    assert_same(ends(other), ends(launch()))


def _times(s, k):
    cubics = s.x_cubics.copy()
    cubics[..., :4] *= k
    return s._replace(x_cubics=cubics)


def test_one_force_told_in_wind_axes_and_in_body_axes_flies_one_path() -> None:
    """Anderson, eq. 1.1 and 1.2; a grid that begins below zero, since what is a cubic of one is none of the other."""
    mach = [0.0, 0.6, 0.9, 1.1, 1.5, 2.5, 5.0]
    alpha = np.radians([*np.arange(-6.0, 20.0, 2.0), *np.arange(20.0, 181.0, 10.0)])
    drag = np.add.outer([0.30, 0.31, 0.38, 0.50, 0.45, 0.36, 0.28], 1.2 * alpha**2)
    lift = np.add.outer(np.zeros(7), 2.2 * np.sin(alpha))
    c, s = np.cos(alpha), np.sin(alpha)
    wind = make_aero(10.0, mach, alpha, drag, lift)
    body = make_aero(10.0, mach, alpha, drag * c - lift * s, drag * s + lift * c, BODY_AXES)
    paths = [ends(with_aero(launch(), lambda a, b=b: b if a.area > 0.0 else a)) for b in (wind, body)]
    # the floor of 1e-4 under the sine of alpha is in other places of the two: the square of it
    assert_same(paths[1], paths[0], 1e-8)
    assert differ(
        ends(with_aero(launch(), lambda a: wind._replace(lifting=0) if a.area > 0.0 else a)), paths[0]
    )


def test_a_rocket_twice_as_heavy_in_everything_flies_the_same_path() -> None:
    """Mass, thrust, flow and areas together: accelerations are ratios."""
    usual = launch()
    heavy = told_in(usual, usual.environment, 1.0, 1.0, 2.0)
    heavy = with_legs(
        heavy,
        lambda leg: leg._replace(
            aero=leg.aero._replace(area=2.0 * leg.aero.area),
            propulsion=leg.propulsion._replace(exit_area=2.0 * leg.propulsion.exit_area),
        ),
    )
    found, expected = flown(heavy), flown(usual)
    assert_same(found.phase_ends / [*np.ones(6), 2.0, *np.ones(5)], expected.phase_ends)
    assert {k: 0.5 * kg for k, kg in found.propellant_left_kg.items()} == pytest.approx(
        dict(expected.propellant_left_kg), rel=1e-9
    )
