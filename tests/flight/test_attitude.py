"""Laws of attitude: where they point, what happens at their edges, what they refuse."""

import math

import numpy as np
import pytest

from cosmodrome.flight.attitude import (
    along_velocity,
    horizon,
    jumps,
    polynomial,
    steered,
    vertical,
)
from cosmodrome.flight.observe import thrust_axes
from cosmodrome.physics.frames import angles_from_direction, geodetic_to_ecef, ground_velocity, place
from tests.flight.worlds import ball, ellipsoid, real, vacuum

WORLD = vacuum(ellipsoid())
R = geodetic_to_ecef(math.radians(51.9), math.radians(30.0), 12e3, WORLD.earth)
HERE = place(R, WORLD.earth)
V = tuple(
    g + 300.0 * u + 400.0 * e
    for g, u, e in zip(ground_velocity(R, WORLD.earth), HERE.up, HERE.east, strict=True)
)
NORMAL = (0.0, 0.0, 1.0)


def thrust_axis(t, r, v, attitude, world):
    """(u, throttle) at one time; on an edge, of the interval that begins there."""
    *u, throttle = thrust_axes([t], np.array([[*r, *v]]), attitude, world)[0].tolist()
    return tuple(u), throttle


def _angles(u: tuple[float, float, float]) -> tuple[float, float]:
    return tuple(map(math.degrees, angles_from_direction(u, HERE)))  # type: ignore[return-value]


def test_vertical_points_along_the_normal_of_the_ellipsoid_and_not_along_the_radius() -> None:
    u, throttle = thrust_axis(3.0, R, V, vertical(), WORLD)
    latitude = math.atan2(u[2], math.hypot(u[0], u[1]))
    assert math.degrees(latitude) == pytest.approx(51.9, abs=1e-9)
    assert math.degrees(math.asin(R[2] / math.hypot(*R))) < 51.75
    assert throttle == 1.0


def test_a_plan_is_its_polynomials_normalised() -> None:
    c = np.zeros((2, 3, 4))
    c[0] = [[1.0, 0.0, 0.0, 1.0], [0.0, 2.0, 0.0, -0.5], [0.0, 0.0, 4.0, 0.0]]
    c[1] = [[0.0, 0.0, 3.0, 0.7], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    law = polynomial([10.0, 20.0, 30.0], c)
    u, throttle = thrust_axis(15.0, R, V, law, WORLD)
    assert u == pytest.approx((1.0 / math.sqrt(3.0),) * 3, abs=1e-15)
    assert throttle == 0.75
    assert thrust_axis(25.0, R, V, law, WORLD) == ((0.0, 0.0, 1.0), 0.7)


def test_on_an_edge_the_interval_that_begins_there_holds() -> None:
    law = polynomial([0.0, 1.0, 2.0], [[(1.0, 0.0, 0.0, 1.0)], [(0.0, 1.0, 0.0, 0.5)]])
    u = thrust_axes([0.0, math.nextafter(1.0, 0.0), 1.0, 2.0], np.tile([*R, *V], (4, 1)), law, WORLD)
    assert u[:, 0].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert u[:, 3].tolist() == [1.0, 1.0, 0.5, 0.5]


def test_a_table_is_joined_by_straight_lines_and_the_shorter_way_round_north() -> None:
    law = horizon([0.0, 10.0, 20.0], np.radians([90.0, 60.0, 30.0]), np.radians([350.0, 350.0, 10.0]))
    u, throttle = thrust_axis(15.0, R, V, law, WORLD)
    assert _angles(u) == pytest.approx((45.0, 0.0), abs=1e-9)
    assert throttle == 1.0
    # before and after its rows a table keeps its ends
    assert _angles(thrust_axis(99.0, R, V, law, WORLD)[0]) == pytest.approx((30.0, 10.0), abs=1e-9)


def test_a_gravity_turn_follows_the_motion_through_the_air_wind_included() -> None:
    assert _angles(thrust_axis(0.0, R, V, along_velocity(), WORLD)[0]) == pytest.approx(
        (math.degrees(math.atan2(300.0, 400.0)), 90.0), abs=1e-9
    )
    windy = real()
    u = thrust_axis(0.0, R, V, along_velocity(), windy)[0]
    east, north = (sum(a * b for a, b in zip(u, axis, strict=True)) for axis in (HERE.east, HERE.north))
    # the air moves east and north at 12 km, so the vehicle moves less east through it, and south
    assert north < 0.0
    assert math.hypot(east, north) / math.sqrt(1.0 - east**2 - north**2) < 400.0 / 300.0


def test_a_gravity_turn_at_rest_points_up() -> None:
    u = thrust_axis(0.0, R, ground_velocity(R, WORLD.earth), along_velocity(), WORLD)[0]
    assert u == pytest.approx(HERE.up, abs=1e-15)


def test_the_steered_law_rises_tilts_turns_and_then_follows_its_tangent() -> None:
    law = steered(10.0, 20.0, math.radians(6.0), math.radians(60.0), 100.0, 0.5, -0.01, NORMAL)
    assert thrust_axis(5.0, R, V, law, WORLD)[0] == pytest.approx(HERE.up, abs=1e-15)
    assert _angles(thrust_axis(15.0, R, V, law, WORLD)[0]) == pytest.approx((87.0, 60.0), abs=1e-9)
    assert _angles(thrust_axis(50.0, R, V, law, WORLD)[0]) == pytest.approx(
        (math.degrees(math.atan2(300.0, 400.0)), 90.0), abs=1e-9
    )
    u = np.array(thrust_axis(130.0, R, V, law, WORLD)[0])
    radial = np.array(R) / math.hypot(*R)
    ahead = np.cross(NORMAL, R)
    ahead /= np.linalg.norm(ahead)
    assert float(u @ radial) / float(u @ ahead) == pytest.approx(0.5 - 0.01 * 30.0, rel=1e-12)
    # radius and ahead span the plane only for a position in it; the out-of-plane part is the radius' own
    assert np.linalg.norm(u) == pytest.approx(1.0, abs=1e-15)


def test_the_steered_law_heads_along_the_orbit_of_its_normal() -> None:
    world = vacuum(ball())
    r, n = (7e6, 0.0, 0.0), (0.0, -math.sin(1.0), math.cos(1.0))
    u = thrust_axis(5.0, r, (0.0, 0.0, 0.0), steered(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, n), world)[0]
    assert u == pytest.approx((0.0, math.cos(1.0), math.sin(1.0)), abs=1e-15)


def test_only_laws_that_can_jump_say_so() -> None:
    assert jumps(vertical()).size == 0
    assert jumps(horizon([0.0, 1.0, 2.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0])).size == 0
    assert jumps(polynomial([0.0, 1.0], [[(1.0, 0.0, 0.0, 1.0)]])).tolist() == [0.0, 1.0]
    assert jumps(steered(1.0, 2.0, 0.0, 0.0, 3.0, 0.0, 0.0, NORMAL)).tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("edges", "coefficients", "said"),
    [
        ([0.0, 1.0, 1.0], np.ones((2, 1, 4)), "ascending"),
        ([0.0, 1.0], np.ones((2, 1, 4)), "not (2,), (2, 1, 4)"),
        ([0.0, 1.0], np.ones((1, 1, 3)), "(n, d, 4)"),
        ([0.0, 1.0], np.full((1, 1, 4), np.nan), "finite"),
    ],
)
def test_a_plan_of_the_wrong_shape_is_refused(
    edges: list[float], coefficients: np.ndarray, said: str
) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        polynomial(edges, coefficients)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((10.0, 5.0, 0.1, 0.0, 20.0, 0.0, 0.0, NORMAL), "rise_end_s <= kick_end_s <= exo_s"),
        ((1.0, 5.0, 0.1, 0.0, 20.0, math.inf, 0.0, NORMAL), "finite"),
        ((1.0, 5.0, 0.1, 0.0, 20.0, 0.0, 0.0, (0.0, 0.0, 2.0)), "unit vector"),
    ],
)
def test_a_steered_law_that_makes_no_sense_is_refused(arguments: tuple[float, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        steered(*arguments)  # type: ignore[arg-type]
