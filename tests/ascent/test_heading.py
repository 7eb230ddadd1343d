"""Which way an escape goes: its plane holds the asymptote."""

import math

import numpy as np
import pytest

from cosmodrome.ascent.heading import headings, open_headings
from cosmodrome.mission.schema import Target
from cosmodrome.physics import constants
from cosmodrome.physics.frames import ground_velocity
from tests.flight.worlds import RADIUS_M, ball, vacuum

WORLD = vacuum(ball(rotation=7.292115e-5))


def pad(latitude_deg):
    latitude = math.radians(latitude_deg)
    r = (RADIUS_M * math.cos(latitude), 0.0, RADIUS_M * math.sin(latitude))
    return np.array([*r, *ground_velocity(r, WORLD.earth)])


def escape(declination_deg, **degrees):
    angles = {f"{name}_rad": math.radians(value) for name, value in degrees.items()}
    declination = math.radians(declination_deg)
    return Target(-constants.MU / 1e7, None, c3_m2_s2=1e7, declination_rad=declination, **angles)


def inclination_deg(heading):
    return math.degrees(math.acos(heading.normal[2]))


@pytest.mark.parametrize("declination", [0.0, 20.0, -45.0])
def test_an_asymptote_lower_than_the_pad_is_flown_due_east(declination):
    for heading in headings(escape(declination), pad(51.7), WORLD):
        assert inclination_deg(heading) == pytest.approx(51.7, abs=1e-6)


@pytest.mark.parametrize(
    ("latitude", "declination"), [(28.5, 28.5), (28.5, 60.0), (5.0, -30.0), (-40.0, 90.0)]
)
def test_a_steep_asymptote_asks_for_a_plane_a_little_steeper(latitude, declination):
    northbound, southbound = headings(escape(declination), pad(latitude), WORLD)
    for heading in (northbound, southbound):
        assert min(abs(declination), 89.999) < inclination_deg(heading) < min(abs(declination) + 1.0, 90.001)
    assert math.cos(northbound.azimuth) > math.cos(southbound.azimuth)


def test_an_inclination_that_is_asked_for_stays():
    for heading in headings(escape(20.0, inclination=70.0), pad(28.5), WORLD):
        assert inclination_deg(heading) == pytest.approx(70.0, abs=1e-6)


@pytest.mark.parametrize("is_ascending", [True, False])
def test_a_direction_chooses_the_plane_that_holds_it(is_ascending):
    start = pad(28.5)
    northbound, southbound = headings(escape(20.0, inclination=60.0), start, WORLD)
    wanted = northbound if is_ascending else southbound
    # a quarter of a turn ahead of the pad, in the plane
    ahead = np.cross(wanted.normal, start[:3] / RADIUS_M)
    declination, right_ascension = math.asin(ahead[2]), math.atan2(ahead[1], ahead[0])
    target = escape(
        math.degrees(declination), inclination=60.0, ra_of_asymptote=math.degrees(right_ascension)
    )
    (found,) = open_headings(target, start, WORLD, "auto", None, None)
    assert found.is_ascending == is_ascending
