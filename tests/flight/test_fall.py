"""Falling pieces: vacuum in closed form, terminal speed in air, and pieces that do not come down."""

import math

import numpy as np
import pytest

from cosmodrome.catalogue.timeline import Drop
from cosmodrome.flight.fall import Fall, fall
from cosmodrome.physics.atmosphere import air
from cosmodrome.physics.frames import Earth, geodetic_to_ecef, ground_velocity, place, rotated_about_z
from cosmodrome.physics.gravity import gravity
from cosmodrome.physics.motion import Environment
from tests.flight.worlds import RADIUS_M, ball, eccentric_orbit, real, vacuum


def _drop(area: float | None = None, coefficient: float | None = None, count: int = 1) -> Drop:
    return Drop("piece", "Piece", count, 1000.0, None, area, coefficient)


def _thrown(
    earth: Earth, latitude_deg: float, longitude_deg: float, height_m: float, ned: tuple[float, ...]
) -> np.ndarray:
    """ECI state (6,), ECI and ECEF axes agreeing at t = 0, of a velocity north, east, down relative to the Earth."""
    r = geodetic_to_ecef(math.radians(latitude_deg), math.radians(longitude_deg), height_m, earth)
    here = place(r, earth)
    v = np.array(ground_velocity(r, earth))
    v += ned[0] * np.array(here.north) + ned[1] * np.array(here.east) - ned[2] * np.array(here.up)
    return np.array([*r, *v])


def _landed(result: Fall, earth: Earth) -> tuple[float, float, float]:
    """Geodetic latitude and longitude (deg) and time of the impact."""
    assert result.reason is None
    assert result.r_eci_m is not None
    assert result.t_s is not None
    r = rotated_about_z(result.r_eci_m, -earth.rotation * result.t_s)
    local = place(r, earth)
    assert local.altitude == pytest.approx(0.0, abs=1e-3)
    latitude = math.degrees(math.atan2(local.sin_latitude, local.cos_latitude))
    return latitude, math.degrees(math.atan2(r[1], r[0])), result.t_s


def test_in_air_a_piece_lands_at_its_terminal_speed() -> None:
    world = real()
    area, coefficient, mass = 8.0, 1.0, 1000.0
    y0 = _thrown(world.earth, 52.0, 130.0, 30e3, (0.0, 300.0, 0.0))
    result = fall(_drop(area, coefficient), mass, 0.0, y0, world)
    assert not result.is_drag_free
    y = result.arc.y[-1]
    r = tuple(y[:3])
    g = math.hypot(*gravity(r, world.earth))
    expected = math.sqrt(2.0 * mass * g / (air(0.0, world.atmosphere).density * coefficient * area))
    down = -float(np.dot(y[3:6], place(r, world.earth).up))
    # the air thickens on the way down, so it is always a little faster than where it is would allow
    assert expected < down < 1.02 * expected


def test_like_pieces_fall_as_one_of_them_does() -> None:
    world = real()
    y0 = _thrown(world.earth, 52.0, 130.0, 60e3, (0.0, 2000.0, -500.0))
    one = fall(_drop(8.0, 1.0), 1000.0, 0.0, y0, world)
    four = fall(_drop(8.0, 1.0, count=4), 4000.0, 0.0, y0, world)
    assert one.t_s == four.t_s
    assert one.r_eci_m == four.r_eci_m
    assert (four.count, four.mass_kg) == (4, 4000.0)
    # and not as one body of their whole mass
    heavy = fall(_drop(8.0, 1.0), 4000.0, 0.0, y0, world)
    assert heavy.t_s is not None
    assert four.t_s is not None
    assert heavy.t_s < four.t_s - 10.0


def test_drag_shortens_the_way() -> None:
    world = real()
    y0 = _thrown(world.earth, 52.0, 130.0, 60e3, (0.0, 2000.0, -500.0))
    longitudes = [
        _landed(fall(_drop(area, 1.0), 1000.0, 0.0, y0, world), world.earth)[1] for area in (0.1, 1.0, 10.0)
    ]
    assert longitudes == sorted(longitudes, reverse=True)


def test_a_piece_in_orbit_has_a_reason_and_no_point() -> None:
    world = vacuum(ball())
    y0, _ = eccentric_orbit(world.earth)
    result = fall(_drop(1.0, 1.0), 1000.0, 0.0, y0, world)
    assert (result.t_s, result.r_eci_m) == (None, None)
    assert result.reason == "does not come down within one revolution"


def test_a_piece_beyond_escape_has_a_reason_and_no_point() -> None:
    world: Environment = vacuum(ball())
    result = fall(_drop(), 1000.0, 0.0, np.array([RADIUS_M + 1e6, 0.0, 0.0, 0.0, 12e3, 0.0]), world)
    assert (result.t_s, result.reason) == (None, "leaves the Earth")


def test_a_piece_that_grazes_the_ground_between_steps_is_caught() -> None:
    # perigee 20 m under ground: above it before and after within a few seconds
    world = vacuum(ball())
    perigee, apogee = RADIUS_M - 20.0, RADIUS_M + 400e3
    a = 0.5 * (perigee + apogee)
    speed = math.sqrt(world.earth.mu * (2.0 / apogee - 1.0 / a))
    result = fall(_drop(), 1000.0, 0.0, np.array([apogee, 0.0, 0.0, 0.0, speed, 0.0]), world)
    half = math.pi * math.sqrt(a**3 / world.earth.mu)
    assert result.t_s is not None
    assert 0.0 < half - result.t_s < 60.0
