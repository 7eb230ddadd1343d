"""Wind: where the air moves to, not where it comes from."""

import numpy as np
import pytest

from cosmodrome.physics import frames, motion
from cosmodrome.physics.wind import make_wind, wind_velocity
from tests.physics.domains import CALM, CORE, EARTH, JET, NOSE, position

PLACE = frames.place(position(40.0, 10.0, 8e3), EARTH)


def test_wind_is_the_motion_of_the_air_toward_east_and_north():
    blowing = wind_velocity(PLACE, make_wind((0.0,), (30.0,), (-7.0,)))
    assert np.dot(blowing, PLACE.east) == pytest.approx(30.0, rel=1e-14)
    assert np.dot(blowing, PLACE.north) == pytest.approx(-7.0, rel=1e-14)
    assert np.dot(blowing, PLACE.up) == pytest.approx(0.0, abs=1e-14)


@pytest.mark.parametrize(("east", "north"), [(25.0, 0.0), (0.0, 25.0), (-25.0, 10.0)])
def test_a_wind_toward_east_takes_from_the_eastward_air_speed(east, north):
    r, v = position(40.0, 10.0, 8e3), (100.0, 700.0, 300.0)
    blowing = CALM._replace(wind=make_wind((0.0,), (east,), (north,)))
    still = np.array(motion.conditions(r, v, NOSE, 1.0, 0.0, CORE, CALM).v_air)
    windy = np.array(motion.conditions(r, v, NOSE, 1.0, 0.0, CORE, blowing).v_air)
    assert (windy - still) @ PLACE.east == pytest.approx(-east, abs=1e-12)
    assert (windy - still) @ PLACE.north == pytest.approx(-north, abs=1e-12)


def test_wind_is_read_at_the_altitude_of_the_place_and_kept_beyond_its_table():
    for altitude, east in ((5e3, 20.0), (11e3, 55.0), (-300.0, 3.0), (90e3, 10.0)):
        here = frames.place(position(40.0, 10.0, altitude), EARTH)
        assert np.dot(wind_velocity(here, JET), here.east) == pytest.approx(east, rel=1e-9)


def test_without_rows_the_air_is_still():
    assert wind_velocity(PLACE, make_wind()) == (0.0, 0.0, 0.0)
