"""The rows of trajectory.parquet and the extremes that limits ask about."""

import math
from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.catalogue.timeline import Mark
from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.programme import Masses, Programme, Step
from cosmodrome.flight.propagate import Flight, fly
from cosmodrome.physics.motion import Environment
from cosmodrome.reporting.columns import UNITS
from tests.flight.worlds import COASTING, RADIUS_M, ball, eccentric_orbit, exponential, launch, phase, vacuum


@pytest.fixture(scope="module")
def flight() -> Flight:
    """The two-stage launch, flown once."""
    return fly(launch())


def test_columns_are_those_of_the_contract_and_hold_numbers(flight: Flight) -> None:
    columns = flight.columns()
    assert list(columns) == list(UNITS)
    assert len({len(values) for values in columns.values()}) == 1
    assert all(np.isfinite(values).all() for name, values in columns.items() if name != "phase")
    length = np.hypot(np.hypot(columns["u_eci_x"], columns["u_eci_y"]), columns["u_eci_z"])
    # a gravity turn divides by the floored air speed: 1 mm/s beside the 90 m/s at which it begins are 6e-11
    assert length == pytest.approx(np.ones(len(length)), abs=1e-10)


def test_rows_are_dense_enough_to_plot(flight: Flight) -> None:
    columns = flight.columns()
    gaps = np.diff(columns["t_s"])
    assert (gaps >= 0.0).all()
    assert gaps.max() <= 10.0 + 1e-9
    assert gaps[columns["t_s"][1:] <= 427.0].max() <= 1.0 + 1e-9


def test_a_jump_has_a_row_before_and_a_row_after(flight: Flight) -> None:
    columns = flight.columns()
    for t in (140.0, 142.0, 147.0, 177.0, 427.0):
        assert (columns["t_s"] == t).sum() == 2
    before, after = np.flatnonzero(columns["t_s"] == 147.0)
    assert columns["phase"][before] == "coast"
    assert columns["phase"][after] == "second"
    assert columns["mass_kg"][before] - columns["mass_kg"][after] == pytest.approx(13750.0, rel=1e-9)
    # the laws of attitude jump inside their phases too: at the ends of rise, tilt and turn
    for t in (8.0, 18.0, 110.0):
        assert (columns["t_s"] == t).sum() == 2
    assert (columns["t_s"] == 0.0).sum() == 1


def test_rows_agree_with_the_flight_and_its_events(flight: Flight) -> None:
    columns = flight.columns()
    for i in (50, 200, 400):
        state = flight.state_at(float(columns["t_s"][i]))
        assert columns["r_eci_y_m"][i] == pytest.approx(state[1], abs=1e-6)
    max_q = next(event for event in flight.events if event.code == "MAX_Q")
    assert columns["dynamic_pressure_pa"].max() == pytest.approx(max_q.dynamic_pressure_pa, rel=1e-2)
    assert columns["dynamic_pressure_pa"].max() <= max_q.dynamic_pressure_pa


def test_longitude_and_downrange_follow_the_turning_earth() -> None:
    # left where it stands on the turning Earth, a vehicle keeps its longitude; in ECI it has moved by 4 km
    programme = launch()
    first = programme.steps[0]
    still = replace(programme, steps=(replace(first, duration_s=5.0),), insertion_step=0)
    columns = fly(still).columns()
    assert columns["longitude_deg"] == pytest.approx(-80.5, abs=1e-5)
    assert columns["downrange_m"].max() < 1.0
    assert math.dist(fly(still).y[-1, :2], fly(still).y[0, :2]) > 1500.0


def test_on_a_sphere_downrange_is_the_great_circle() -> None:
    world = vacuum(ball())
    y0, period = eccentric_orbit(world.earth)
    coast = replace(
        launch(),
        r_eci_m=tuple(y0[:3]),
        v_eci_m_s=tuple(y0[3:6]),
        masses=Masses(1000.0, {}),
        steps=(Step(phase("coast", COASTING), 0.4 * period, vertical()),),
        environment=world,
        earth_angle_rad=0.0,
        pad_latitude_rad=0.0,
        pad_longitude_rad=0.0,
        insertion_step=0,
    )
    columns = fly(coast).columns()
    r = np.array([columns[f"r_eci_{k}_m"] for k in "xyz"])
    angle = np.arccos(r[0] / np.linalg.norm(r, axis=0))
    assert columns["downrange_m"] == pytest.approx(RADIUS_M * angle, abs=1e-2)
    assert np.isnan(columns["mach"]).all()
    assert columns["heat_flux_w_m2"].max() == 0.0


def test_peaks_are_at_least_every_sample_and_at_their_time(flight: Flight) -> None:
    peaks = flight.peaks(120e3)
    columns = flight.columns()
    g0 = 9.80665
    bare = columns["t_s"] >= 177.0
    bare[np.flatnonzero(bare)[0]] = False  # the row before the release
    for name, values in (
        ("max_dynamic_pressure_pa", columns["dynamic_pressure_pa"]),
        ("max_q_alpha_pa_rad", columns["q_alpha_pa_rad"]),
        ("max_axial_acceleration_m_s2", columns["axial_acceleration_g"] * g0),
        ("fairing_heat_flux_w_m2", columns["heat_flux_w_m2"][bare]),
    ):
        assert peaks[name].value >= values.max() * (1.0 - 1e-12)
        assert peaks[name].value <= values.max() * 1.05
    # the first stage is lightest, and pushes hardest, at the end of its steady burn
    assert peaks["max_axial_acceleration_m_s2"].t_s == 140.0
    # the fairing leaves into thinning air: the flux is highest at its release
    assert peaks["fairing_heat_flux_w_m2"].t_s == 177.0


def test_without_a_fairing_there_is_no_flux_to_limit() -> None:
    programme = launch()
    assert (
        "fairing_heat_flux_w_m2"
        not in fly(replace(programme, steps=programme.steps[:4], insertion_step=3)).peaks()
    )


def coasting(world: Environment, y0: np.ndarray, *steps: Step) -> Programme:
    """The programme of a tonne that begins in a state (12,) and only coasts."""
    return replace(
        launch(),
        r_eci_m=tuple(y0[:3]),
        v_eci_m_s=tuple(y0[3:6]),
        masses=Masses(1000.0, {}),
        steps=steps,
        environment=world,
        insertion_step=0,
    )


def test_the_lowest_altitude_after_the_floor_is_where_the_flight_stops_sinking() -> None:
    # from below the floor at 300 km up to apogee, down to perigee at 200 km, and up again
    world = exponential(ball())
    y0, period = eccentric_orbit(world.earth)
    coast = coasting(
        world,
        y0,
        Step(phase("coast", COASTING), 0.6 * period, vertical()),
        Step(phase("coast", COASTING), 0.6 * period, vertical()),
    )
    lowest = fly(coast).peaks(300e3)["min_coast_altitude_m"]
    assert lowest.value == pytest.approx(200e3, abs=0.1)
    assert lowest.t_s == pytest.approx(period, abs=1e-3)
    # ended while still sinking, it is the end
    ended = fly(replace(coast, steps=coast.steps[:1])).peaks(300e3)["min_coast_altitude_m"]
    assert ended.t_s == pytest.approx(0.6 * period, abs=1e-9)
    # never above the floor: nothing to say
    assert "min_coast_altitude_m" not in fly(coast).peaks(5000e3)


def test_a_coast_between_burns_counts_although_its_orbit_never_passes_the_floor() -> None:
    world = exponential(ball())
    y0, period = eccentric_orbit(world.earth)
    parked, relit = Mark("BURN_1_END", "upper", "burn 1 end"), Mark("BURN_2_START", "upper", "burn 2 start")
    coast = coasting(
        world,
        y0,
        Step(phase("coast", COASTING), 0.1 * period, vertical()),
        Step(phase("coast", COASTING, begins_with=(parked,)), 1.1 * period, vertical()),
        Step(phase("coast", COASTING, begins_with=(relit,)), 0.1 * period, vertical()),
    )
    lowest = fly(coast).peaks(5000e3)["min_coast_altitude_m"]
    assert lowest.value == pytest.approx(200e3, abs=0.1)
    assert lowest.t_s == pytest.approx(period, abs=1e-3)


@pytest.mark.parametrize("before_s", [0.3, 5e-3, 1e-3, -1e-3])
def test_a_peak_is_found_although_a_phase_begins_or_ends_within_milliseconds_of_it(before_s: float) -> None:
    whole = launch()
    limit = "max_dynamic_pressure_pa"
    expected = fly(whole).peaks()[limit]
    first = whole.steps[0]
    cut = expected.t_s - before_s
    parts = (replace(first, duration_s=cut), replace(first, duration_s=first.duration_s - cut))
    split = fly(replace(whole, steps=(*parts, *whole.steps[1:]), insertion_step=5))
    found = split.peaks()[limit]
    # other steps, the same flight: 1e-13 a step
    assert found.value == pytest.approx(expected.value, rel=1e-10)
    assert found.t_s == pytest.approx(expected.t_s, abs=1e-6)
    told = next(event for event in split.events if event.code == "MAX_Q")
    assert told.t_s == found.t_s
