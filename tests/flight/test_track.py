"""The thinned line of a flight: near to what was flown whichever way its places are joined, over poles and edges."""

import erfa
import numpy as np
import pytest

from cosmodrome.flight.celestial import ecef_states
from cosmodrome.flight.propagate import Flight, fly
from cosmodrome.flight.track import track
from tests.coasts import coast
from tests.flight.worlds import launch

TOLERANCE_M = 20.0
# what a straight line misses between two samples a second apart: in space an eighth of an acceleration of 10 m/s^2, on
# the map L^2 tan(83 deg) / 8 R with L = 7.7 km
SPACE_M, MAP_M = 1.5, 9.5


def flown(flight: Flight, t: np.ndarray) -> np.ndarray:
    """Earth-fixed positions of the flight itself, by its dense output."""
    y = np.array([flight.state_at(each) for each in t])
    return ecef_states(t, y[:, :3], y[:, 3:6], flight.programme)[0]


def joined_in_space(line: dict[str, np.ndarray], t: np.ndarray) -> np.ndarray:
    """As CesiumJS joins the places: straight lines between points in space."""
    r = erfa.gd2gc(1, np.radians(line["longitude_deg"]), np.radians(line["latitude_deg"]), line["altitude_m"])
    return np.stack([np.interp(t, line["t_s"], r[:, k]) for k in range(3)], axis=-1)


def joined_on_the_map(line: dict[str, np.ndarray], t: np.ndarray) -> np.ndarray:
    """As a viewer of latitude, longitude and altitude may: straight lines in each, the short way round."""
    longitude = np.unwrap(np.radians(line["longitude_deg"]))
    columns = (longitude, np.radians(line["latitude_deg"]), line["altitude_m"])
    return np.asarray(erfa.gd2gc(1, *(np.interp(t, line["t_s"], column) for column in columns)))


FLIGHTS = {
    "an ascent": lambda: fly(launch()),
    "a revolution over the poles and the antimeridian": lambda: coast(5400.0, longitude_deg=40.0),
    "four hours of a far ellipse": lambda: coast(14400.0, inclination_deg=51.7, speed_ratio=1.3),
    "an escape": lambda: coast(3600.0, speed_ratio=1.5, inclination_deg=28.5),
}


@pytest.mark.parametrize("name", FLIGHTS)
@pytest.mark.parametrize(
    ("joined", "between_samples_m"), [(joined_in_space, SPACE_M), (joined_on_the_map, MAP_M)]
)
def test_places_joined_by_straight_lines_stay_near_the_flight(name, joined, between_samples_m):
    flight = FLIGHTS[name]()
    line = track(flight, TOLERANCE_M)
    t = np.linspace(flight.t_s[0], flight.t_s[-1], 4001)
    missed = np.linalg.norm(joined(line, t) - flown(flight, t), axis=-1)
    assert missed.max() < TOLERANCE_M + between_samples_m


@pytest.mark.parametrize("name", FLIGHTS)
def test_the_line_is_thin_and_its_times_ascend_strictly(name):
    flight = FLIGHTS[name]()
    line = track(flight, TOLERANCE_M)
    assert (np.diff(line["t_s"]) > 0.0).all()
    assert line["t_s"][0] == flight.t_s[0]
    assert line["t_s"][-1] == flight.t_s[-1]
    assert (np.abs(line["longitude_deg"]) <= 180.0).all()
    # a straight line of 4 s under 9 m/s^2 is 18 m off: about one place in 4 s of a low orbit, more about the poles
    assert line["t_s"].size < 0.5 * (flight.t_s[-1] - flight.t_s[0])


def test_a_coarser_line_has_fewer_places():
    flight = coast(5400.0)
    assert track(flight, 200.0)["t_s"].size < 0.6 * track(flight, 20.0)["t_s"].size


def test_over_the_pole_itself_lines_in_space_stay_near_the_flight():
    flight = coast(2000.0, inclination_deg=90.0)
    line = track(flight, TOLERANCE_M)
    t = np.linspace(0.0, 2000.0, 4001)
    missed = np.linalg.norm(joined_in_space(line, t) - flown(flight, t), axis=-1)
    assert line["latitude_deg"].max() > 89.9
    assert missed.max() < TOLERANCE_M + SPACE_M
