"""Geodesy against the IAU's library, and the local axes: orthonormal, right-handed, with the right signs."""

import math

import erfa
import numpy as np
import pytest

from cosmodrome.physics import frames
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, FLATTENING
from tests.physics.domains import EARTH, NORTH_POLE, POLAR_RADIUS, SOUTH_POLE, SPHERE, position
from tests.physics.engines import differences

LATITUDES_DEG = [*range(-90, 91, 5), -89.9999999, -89.9, -1e-6, 1e-9, 44.9, 51.884, 89.99, 89.999999999]
LONGITUDES_DEG = [-180.0, -90.0, 0.0, 128.334, 180.0]
ALTITUDES_M = [-10e3, -5e3, 0.0, 286.0, 11e3, 86e3, 2e5, 1e6, 6e6, 3.6e7, 5e7]
# The claim of `frames.place`; doubles at 56 000 km are 7e-9 m apart.
PLACE_M = 1e-6
# erfa's way back is less exact than its closed way out: it misses the latitudes given to that by up to 1e-11
# rad.
ERFA_LATITUDE_RAD = 5e-11


@pytest.mark.parametrize("altitude_m", ALTITUDES_M)
def test_geodetic_and_geocentric_agree_with_erfa_both_ways(altitude_m):
    for latitude_deg in LATITUDES_DEG:
        for longitude_deg in LONGITUDES_DEG:
            latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
            theirs = erfa.gd2gce(EQUATORIAL_RADIUS, FLATTENING, longitude, latitude, altitude_m)
            ours = frames.geodetic_to_ecef(latitude, longitude, altitude_m, EARTH)
            assert np.array(ours) == pytest.approx(theirs, abs=PLACE_M)

            r = tuple(float(x) for x in theirs)
            east, north, altitude = (float(x) for x in erfa.gc2gde(EQUATORIAL_RADIUS, FLATTENING, theirs))
            local = frames.place(r, EARTH)
            assert local.altitude == pytest.approx(altitude, abs=PLACE_M)
            assert local.altitude == pytest.approx(altitude_m, abs=PLACE_M)
            found = math.atan2(local.sin_latitude, local.cos_latitude)
            assert found == pytest.approx(north, abs=ERFA_LATITUDE_RAD)
            assert abs(found - latitude) * np.linalg.norm(r) < PLACE_M
            if abs(latitude_deg) < 90.0:
                turn = math.atan2(-local.east[0], local.east[1]) - east
                # -180 and 180 degrees are one meridian
                turn = (turn + math.pi) % (2.0 * math.pi) - math.pi
                assert abs(turn) * math.hypot(r[0], r[1]) < PLACE_M


@pytest.mark.parametrize("latitude_deg", LATITUDES_DEG)
@pytest.mark.parametrize("earth", [EARTH, SPHERE], ids=["wgs84", "sphere"])
def test_the_local_axes_are_a_right_handed_frame_everywhere(latitude_deg, earth):
    r = position(latitude_deg, 128.334, 286.0, earth)
    local = frames.place(r, earth)
    axes = np.array([local.east, local.north, local.up])
    # Within 1e-7 m of the axis the floored distance tilts north and up by 1e-7 m / 6400 km; elsewhere
    # rounding is all.
    tolerance = 2e-14 if abs(latitude_deg) == 90.0 else 1e-15
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=2.0 * tolerance)
    assert np.linalg.det(axes) == pytest.approx(1.0, abs=4.0 * tolerance)
    assert local.sin_latitude**2 + local.cos_latitude**2 == pytest.approx(1.0, abs=1e-15)


def test_east_is_where_the_earth_turns_to_and_north_is_toward_the_north_pole():
    local = frames.place(position(-33.0, 20.0, 0.0), EARTH)
    assert local.north[2] > 0.8
    turning = frames.ground_velocity(position(-33.0, 20.0, 0.0), EARTH)
    speed = float(np.linalg.norm(turning))
    assert np.dot(turning, local.east) == pytest.approx(speed, rel=1e-15)
    # Groten, J. Geodesy 77 (2004): one turn in 86 164.1 s; the radius of the parallel from the ellipsoid by
    # hand
    n = EQUATORIAL_RADIUS / math.sqrt(
        1.0 - FLATTENING * (2.0 - FLATTENING) * math.sin(math.radians(33.0)) ** 2
    )
    assert speed == pytest.approx(2.0 * math.pi * n * math.cos(math.radians(33.0)) / 86164.1, rel=1e-6)


@pytest.mark.parametrize("latitude_deg", [-90.0, -60.0, 0.0, 45.0, 90.0])
@pytest.mark.parametrize("altitude_m", [-10e3, 0.0, 86e3, 5e7])
def test_up_is_the_gradient_of_altitude_on_the_poles_too(latitude_deg, altitude_m):
    r = position(latitude_deg, 70.0, altitude_m)
    gradient = differences(lambda r: frames.place(r, EARTH).altitude, (r,), 1e-3)[0]
    # rounding of 1e-8 m over steps of 6 km, and their sixth order
    assert gradient == pytest.approx(np.array(frames.place(r, EARTH).up), abs=1e-10)


@pytest.mark.parametrize(("pole", "sign"), [(NORTH_POLE, 1.0), (SOUTH_POLE, -1.0)])
def test_the_pole_has_a_frame_whose_north_lies_on_the_meridian_of_x(pole, sign):
    local = frames.place(pole, EARTH)
    # the polar radius and this altitude are rounded: 1e-9 m
    assert local.altitude == pytest.approx(0.0, abs=2e-9)
    assert abs(pole[2]) == pytest.approx(6356752.3142, abs=1e-4)  # WGS84, derived constants
    assert local.up == pytest.approx((0.0, 0.0, sign), abs=1e-13)
    assert local.east == (0.0, 1.0, 0.0)
    assert local.north == pytest.approx((-sign, 0.0, 0.0), abs=1e-13)


def test_on_a_sphere_latitude_is_geocentric_and_altitude_counts_from_its_radius():
    r = (4e6, -3e6, 5e6)
    local = frames.place(r, SPHERE)
    distance = math.sqrt(50e12)
    assert local.altitude == pytest.approx(distance - SPHERE.radius, abs=PLACE_M)
    assert local.sin_latitude == pytest.approx(5e6 / distance, abs=1e-15)
    assert local.up == pytest.approx(tuple(c / distance for c in r), abs=1e-15)


def test_turning_the_earth_keeps_altitude_and_turns_the_axes():
    r = position(52.0, 10.0, 1e5)
    turned = frames.place(frames.rotated_about_z(r, 2.0), EARTH)
    still = frames.place(r, EARTH)
    assert turned.altitude == pytest.approx(still.altitude, abs=5e-9)
    for axis in ("east", "north", "up"):
        expected = frames.rotated_about_z(getattr(still, axis), 2.0)
        assert getattr(turned, axis) == pytest.approx(expected, abs=1e-15)


def test_turning_about_z_is_counter_clockwise_seen_from_the_north():
    assert frames.rotated_about_z((1.0, 0.0, 5.0), math.pi / 2) == pytest.approx((0.0, 1.0, 5.0), abs=1e-16)
    there_and_back = frames.rotated_about_z(frames.rotated_about_z((3.0, -4.0, 1.0), 0.7), -0.7)
    assert there_and_back == pytest.approx((3.0, -4.0, 1.0), rel=1e-15)


@pytest.mark.parametrize(
    ("elevation_deg", "azimuth_deg", "axis", "sign"),
    [(0, 0, "north", 1), (0, 90, "east", 1), (0, 180, "north", -1), (0, -90, "east", -1), (90, 33, "up", 1)],
)
def test_azimuth_counts_from_north_over_east(elevation_deg, azimuth_deg, axis, sign):
    local = frames.place(position(51.884, 128.334, 0.0), EARTH)
    d = frames.direction_from_angles(math.radians(elevation_deg), math.radians(azimuth_deg), local)
    assert d == pytest.approx(tuple(sign * c for c in getattr(local, axis)), abs=1e-15)


@pytest.mark.parametrize("latitude_deg", [-90.0, 0.0, 51.884, 90.0])
def test_angles_and_direction_are_inverse_for_a_vector_of_any_length(latitude_deg):
    local = frames.place(position(latitude_deg, 128.334, 0.0), EARTH)
    for elevation in (-1.5, 0.0, 0.4, 1.57):
        for azimuth in (-3.0, 0.0, 1.6, 3.14):
            d = frames.direction_from_angles(elevation, azimuth, local)
            for length in (1e-20, 7.5e3):
                found = frames.angles_from_direction(tuple(length * c for c in d), local)
                # the axes on the pole are 2e-14 from orthogonal, and the azimuth suffers by the tangent of 1.57,
                # 1e3
                assert found == pytest.approx((elevation, azimuth), abs=2e-11)


@pytest.mark.parametrize("angle", [0.0, 1e-12, 1e-6, 0.3, math.pi / 2, 3.0, math.pi])
@pytest.mark.parametrize("length", [1e-10, 2e3])
def test_the_angle_between_vectors_is_exact_where_the_arc_cosine_is_not(angle, length):
    a = (3.0 * length, 0.0, 4.0 * length)
    b = tuple(length * c for c in (0.6 * math.cos(angle), math.sin(angle), 0.8 * math.cos(angle)))
    # at 0 and 180 degrees the floor of 1e-15 rad that keeps the gradient finite
    assert frames.angle_between(a, b) == pytest.approx(angle, rel=1e-9, abs=2e-15)


def test_the_ellipsoid_has_its_published_polar_radius():
    assert pytest.approx(6356752.3142, abs=1e-4) == POLAR_RADIUS
