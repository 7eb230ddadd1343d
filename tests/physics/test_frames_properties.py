"""Frames wherever a launch may be: from 10 km below the ground to 50 000 km, poles and date line included."""

import math

import erfa
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cosmodrome.physics import frames
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, FLATTENING
from tests.physics.domains import EARTH, SPHERE

thorough = settings(max_examples=80, deadline=None, derandomize=True)

HALF, TURN = 0.5 * math.pi, 2.0 * math.pi
NEAR_POLE = st.floats(0.0, 1e-6).map(lambda away: HALF - away)
LATITUDES = st.one_of(
    st.floats(-HALF, HALF), NEAR_POLE, NEAR_POLE.map(lambda x: -x), st.sampled_from([0.0, 1e-12])
)
LONGITUDES = st.one_of(st.floats(-math.pi, math.pi), st.sampled_from([-math.pi, math.pi]))
ALTITUDES = st.one_of(st.floats(-10e3, 5e7), st.floats(-10e3, 200e3))
EARTHS = st.sampled_from([EARTH, SPHERE])
ANGLES = st.floats(-10.0, 10.0)
COMPONENTS = st.floats(-1.0, 1.0)
DIRECTIONS = (
    st.tuples(COMPONENTS, COMPONENTS, COMPONENTS)
    .filter(lambda d: math.hypot(*d) > 1e-3)
    .map(lambda d: tuple(c / math.hypot(*d) for c in d))
)
PLACES = st.builds(frames.geodetic_to_ecef, LATITUDES, LONGITUDES, ALTITUDES, EARTHS)

# the claim of `frames.place`; doubles at 56 000 km are 7e-9 m apart
PLACE_M = 1e-6


def latitude_of(local: frames.Place) -> float:
    return math.atan2(local.sin_latitude, local.cos_latitude)


def longitude_of(local: frames.Place) -> float:
    return math.atan2(-local.east[0], local.east[1])


@thorough
@given(LATITUDES, LONGITUDES, ALTITUDES, EARTHS)
@example(HALF, 1.0, 0.0, EARTH)
@example(-HALF, -1.0, 5e7, EARTH)
@example(0.3, math.pi, -10e3, EARTH)
@example(0.3, -math.pi, -10e3, EARTH)
def test_geodetic_coordinates_come_back_from_their_position(latitude, longitude, altitude, earth):
    r = frames.geodetic_to_ecef(latitude, longitude, altitude, earth)
    local = frames.place(r, earth)
    assert local.altitude == pytest.approx(altitude, abs=PLACE_M)
    assert abs(latitude_of(local) - latitude) * math.hypot(*r) < PLACE_M
    # of the meridian what matters is metres, which it has none of on the pole
    away = math.remainder(longitude_of(local) - longitude, TURN)
    assert abs(away) * math.hypot(r[0], r[1]) < PLACE_M


@thorough
@given(DIRECTIONS, st.floats(6.34e6, 5.6e7))
def test_a_position_comes_back_from_its_geodetic_coordinates(direction, distance):
    r = np.array(direction) * distance
    local = frames.place(tuple(r), EARTH)
    again = frames.geodetic_to_ecef(latitude_of(local), longitude_of(local), local.altitude, EARTH)
    assert np.linalg.norm(again - r) < PLACE_M


@thorough
@given(LATITUDES, LONGITUDES, ALTITUDES)
def test_positions_are_those_of_the_iaus_library(latitude, longitude, altitude):
    theirs = erfa.gd2gce(EQUATORIAL_RADIUS, FLATTENING, longitude, latitude, altitude)
    assert frames.geodetic_to_ecef(latitude, longitude, altitude, EARTH) == pytest.approx(theirs, abs=PLACE_M)


@thorough
@given(PLACES, EARTHS)
def test_below_every_place_lies_the_ellipsoid_with_its_normal_upward(r, earth):
    """The foot of the altitude satisfies x2/a2 + y2/a2 + z2/b2 = 1, and the gradient of that points up."""
    local = frames.place(r, earth)
    a2 = earth.radius**2
    shape = np.array([1.0 / a2, 1.0 / a2, 1.0 / (a2 * (1.0 - earth.e2))])
    foot = np.array(r) - local.altitude * np.array(local.up)
    # twice the relative error of a radius
    assert foot**2 @ shape == pytest.approx(1.0, abs=2.0 * PLACE_M / earth.radius)
    normal = shape * foot
    assert np.array(local.up) == pytest.approx(
        normal / np.linalg.norm(normal), abs=PLACE_M / math.hypot(*foot)
    )


@thorough
@given(PLACES, EARTHS)
def test_the_local_axes_are_a_right_handed_frame_with_a_level_east(r, earth):
    local = frames.place(r, earth)
    axes = np.array([local.east, local.north, local.up])
    # nearest to the axis the floored distance tilts north and up by 1e-7 m over 6 400 km
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=4e-14)
    assert np.linalg.det(axes) == pytest.approx(1.0, abs=8e-14)
    assert local.east[2] == 0.0
    assert local.north[2] >= 0.0
    assert np.dot(local.up, r) > 0.0


@thorough
@given(PLACES, EARTHS, ANGLES)
def test_turning_about_the_pole_keeps_altitude_and_latitude_and_adds_to_the_longitude(r, earth, angle):
    still, turned = frames.place(r, earth), frames.place(frames.rotated_about_z(r, angle), earth)
    # two roundings of a distance of 56 000 km
    assert turned.altitude == pytest.approx(still.altitude, abs=3e-8)
    assert turned.sin_latitude == pytest.approx(still.sin_latitude, abs=1e-15)
    moved = math.remainder(longitude_of(turned) - longitude_of(still) - angle, TURN)
    assert abs(moved) * math.hypot(r[0], r[1]) < PLACE_M


@thorough
@given(PLACES, ANGLES, ANGLES)
def test_turns_about_the_pole_add_up_and_keep_lengths(r, one, other):
    twice = frames.rotated_about_z(frames.rotated_about_z(r, one), other)
    assert twice == pytest.approx(frames.rotated_about_z(r, one + other), abs=1e-15 * 16.0 * 5.6e7)
    assert math.hypot(*twice) == pytest.approx(math.hypot(*r), rel=1e-15)
    assert twice[2] == r[2]


@thorough
@given(PLACES, st.floats(-HALF, HALF), LONGITUDES, st.floats(1e-3, 1e5))
def test_elevation_and_azimuth_come_back_from_their_direction_of_any_length(r, elevation, azimuth, length):
    local = frames.place(r, EARTH)
    d = frames.direction_from_angles(elevation, azimuth, local)
    # beside the pole the axes are orthogonal to 2e-14 only, see above
    assert math.hypot(*d) == pytest.approx(1.0, abs=1e-13)
    up, east = frames.angles_from_direction(tuple(length * c for c in d), local)
    assert up == pytest.approx(elevation, abs=1e-7 if abs(elevation) > 1.57 else 1e-10)
    # of the azimuth only what is level of the direction can be told
    assert abs(math.remainder(east - azimuth, TURN)) * math.cos(elevation) < 1e-12


@thorough
@given(PLACES, st.floats(-1.5, 1.5), LONGITUDES, ANGLES)
def test_angles_to_the_horizon_do_not_know_how_far_the_earth_has_turned(r, elevation, azimuth, angle):
    d = frames.direction_from_angles(elevation, azimuth, frames.place(r, EARTH))
    turned = frames.place(frames.rotated_about_z(r, angle), EARTH)
    up, east = frames.angles_from_direction(frames.rotated_about_z(d, angle), turned)
    assert up == pytest.approx(elevation, abs=1e-12)
    if math.hypot(r[0], r[1]) > 1.0:
        # a metre from the axis a rounding of 1e-9 m turns the meridian by 1e-9 rad
        assert abs(math.remainder(east - azimuth, TURN)) < 1e-8


@thorough
@given(DIRECTIONS, DIRECTIONS, DIRECTIONS, st.floats(1e-3, 1e6))
def test_angles_between_directions_are_a_distance_on_the_sphere(a, b, c, length):
    to_b = frames.angle_between(a, b)
    assert frames.angle_between(b, a) == pytest.approx(to_b, abs=1e-15)
    assert frames.angle_between(a, tuple(length * x for x in b)) == pytest.approx(to_b, abs=2e-15)
    assert frames.angle_between(a, tuple(-x for x in b)) == pytest.approx(math.pi - to_b, abs=2e-15)
    assert to_b <= frames.angle_between(a, c) + frames.angle_between(c, b) + 4e-15


@thorough
@given(st.floats(-12.0, math.log10(math.pi)), ANGLES)
def test_an_angle_between_two_meridians_is_their_difference_however_small(exponent, start):
    angle = 10.0**exponent
    a, b = ((math.cos(x), math.sin(x), 0.0) for x in (start, start + angle))
    # the sum of an angle up to 10 is rounded to 2e-15
    assert frames.angle_between(a, b) == pytest.approx(angle, abs=4e-15)


@thorough
@given(PLACES)
def test_the_ground_moves_eastward_and_level(r):
    velocity = np.array(frames.ground_velocity(r, EARTH))
    local = frames.place(r, EARTH)
    speed = EARTH.rotation * math.hypot(r[0], r[1])
    assert velocity @ np.array(local.east) == pytest.approx(speed, rel=1e-12, abs=1e-11)
    assert velocity @ np.array(local.up) == pytest.approx(0.0, abs=1e-11)
    assert velocity @ np.array(local.north) == pytest.approx(0.0, abs=1e-11)
