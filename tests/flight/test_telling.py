"""What is told of a flight: events, burns, stages, drop points, insertion."""

import math
from dataclasses import fields, replace

import pytest

from cosmodrome.catalogue.timeline import Mark
from cosmodrome.flight.attitude import horizon, vertical
from cosmodrome.flight.programme import Step
from cosmodrome.flight.propagate import Flight, fly
from cosmodrome.flight.telling import FlightEvent
from cosmodrome.physics.constants import G0
from tests.flight.worlds import launch, vacuum


@pytest.fixture(scope="module")
def flight() -> Flight:
    """The two-stage launch, flown once."""
    return fly(launch())


def test_events_come_in_time_and_tell_all_that_happened(flight: Flight) -> None:
    assert [event.code for event in flight.events] == [
        "LIFTOFF",
        "PITCH_START",
        "MACH_1",
        "MAX_Q",
        "STAGE_1_CUTOFF",
        "STAGE_1_SEP",
        "STAGE_2_IGNITION",
        "FAIRING_JETTISON",
    ]
    times = [event.t_s for event in flight.events]
    assert times == sorted(times)
    assert times[0] == 0.0
    # the steered law leaves the vertical at 8 s
    assert times[1] == 8.0
    assert times[4:] == [142.0, 147.0, 147.0, 177.0]


def test_an_event_carries_every_field_of_the_contract() -> None:
    contract = (
        "code subject name t_s altitude_m latitude_deg longitude_deg downrange_m speed_relative_m_s speed_inertial_m_s "
        "flight_path_angle_deg mass_kg dynamic_pressure_pa axial_acceleration_g"
    )
    assert [field.name for field in fields(FlightEvent)] == contract.split()


def test_lift_off_is_told_from_the_pad(flight: Flight) -> None:
    event = flight.events[0]
    assert event.subject == "first"
    assert event.altitude_m == pytest.approx(10.0, abs=1e-6)
    assert event.latitude_deg == pytest.approx(28.5, abs=1e-9)
    assert event.longitude_deg == pytest.approx(-80.5, abs=1e-9)
    assert event.downrange_m == pytest.approx(0.0, abs=1e-3)
    assert (event.speed_relative_m_s, event.flight_path_angle_deg) == (0.0, 90.0)
    assert event.speed_inertial_m_s == pytest.approx(math.hypot(*launch().v_eci_m_s), rel=1e-14)
    assert event.mass_kg == 240e3
    # thrust less back-pressure over weight; a wind of 3.6 m/s adds a hundred-thousandth
    assert event.axial_acceleration_g == pytest.approx((3.6e6 - 2.0 * 101205.0) / 240e3 / G0, rel=1e-4)


def test_what_ends_a_phase_is_told_as_it_was_before_and_what_begins_one_as_it_is_after(
    flight: Flight,
) -> None:
    separation, ignition = flight.events[5], flight.events[6]
    assert separation.mass_kg == flight.segments[2].arc.y[-1, 6]
    assert ignition.mass_kg == flight.segments[3].arc.y[0, 6]
    assert abs(separation.axial_acceleration_g) < 1e-5  # thin air alone, without thrust
    assert ignition.axial_acceleration_g > 0.5


def test_max_q_and_mach_one_are_what_the_samples_say(flight: Flight) -> None:
    mach, max_q = flight.events[2], flight.events[3]
    sampled = flight.segments[0].trace.column("dynamic_pressure_pa").max()
    assert sampled * (1.0 - 1e-12) < max_q.dynamic_pressure_pa < 1.01 * sampled
    assert max_q.dynamic_pressure_pa == pytest.approx(
        flight.peaks()["max_dynamic_pressure_pa"].value, rel=1e-12
    )
    trace = flight.segments[0].trace
    assert (trace.column("mach")[trace.t_s < mach.t_s - 1e-6] < 1.0).all()
    assert 200.0 < mach.speed_relative_m_s < 400.0


def test_without_air_there_is_neither_mach_one_nor_max_q() -> None:
    programme = launch()
    airless = fly(replace(programme, environment=vacuum(programme.environment.earth)))
    assert {"MACH_1", "MAX_Q"}.isdisjoint(event.code for event in airless.events)


def test_a_flight_that_starts_in_motion_has_no_lift_off() -> None:
    programme = launch()
    flying = fly(
        replace(
            programme,
            v_eci_m_s=tuple(v + 50.0 for v in programme.v_eci_m_s),
            steps=(Step(programme.steps[0].phase, 5.0, vertical()),),
            insertion_step=0,
        )
    )
    assert {"LIFTOFF", "PITCH_START"}.isdisjoint(event.code for event in flying.events)


def test_pitch_start_ends_the_vertical_phase_where_there_is_one() -> None:
    programme = launch()
    first, *rest = programme.steps
    rise = Step(replace(first.phase, id="rise", is_vertical=True), 12.5, vertical())
    steps = (rise, replace(first, duration_s=first.duration_s - 12.5), *rest)
    told = fly(replace(programme, steps=steps, insertion_step=5)).events
    assert [event.t_s for event in told if event.code == "PITCH_START"] == [12.5]


def test_pitch_start_of_a_table_is_its_last_upright_row() -> None:
    programme = launch()
    first, *rest = programme.steps
    law = horizon([0.0, 9.0, 11.0, 140.0], [0.5 * math.pi, 0.5 * math.pi, 1.5, 0.7], [0.5 * math.pi] * 4)
    told = fly(replace(programme, steps=(replace(first, attitude=law), *rest))).events
    assert [event.t_s for event in told if event.code == "PITCH_START"] == [9.0]


def test_a_phase_that_announces_an_event_is_believed(flight: Flight) -> None:
    programme = launch()
    first, *rest = programme.steps
    marked = replace(
        first, phase=replace(first.phase, begins_with=(Mark("LIFTOFF", "pad", "Contact of lift"),))
    )
    told = [e for e in fly(replace(programme, steps=(marked, *rest))).events if e.code == "LIFTOFF"]
    assert [(e.subject, e.name) for e in told] == [("pad", "Contact of lift")]


def test_burns_of_one_stage_join_over_phases_and_add_up(flight: Flight) -> None:
    first, second = flight.burns
    assert (first["stage"], first["t_start_s"], first["duration_s"]) == ("first", 0.0, 142.0)
    assert first["propellant_kg"] == pytest.approx(176250.0, rel=1e-12)
    assert (second["stage"], second["t_start_s"], second["duration_s"]) == ("second", 147.0, 280.0)
    assert second["propellant_kg"] == pytest.approx(0.8 * 95.0 * 280.0, rel=1e-9)
    assert first["delta_v_m_s"] + second["delta_v_m_s"] == pytest.approx(
        flight.delta_v_m_s["ideal"], rel=1e-12
    )


def test_stages_tell_the_usable_propellant_left(flight: Flight) -> None:
    rows = {row["id"]: row["usable_propellant_left_kg"] for row in flight.stages}
    assert rows["first"] == pytest.approx(1750.0 - 800.0, abs=1e-6)
    assert rows["second"] == pytest.approx(30e3 - 0.8 * 95.0 * 280.0 - 300.0, abs=1e-5)


def test_drop_points_lie_downrange_of_their_separation(flight: Flight) -> None:
    stage, fairing = flight.drop_points
    assert (stage["body"], fairing["body"]) == ("first", "fairing")
    separation = next(event for event in flight.events if event.code == "STAGE_1_SEP")
    assert stage["downrange_m"] > separation.downrange_m
    assert stage["t_s"] > separation.t_s
    assert stage["longitude_deg"] > -80.5
    assert fairing["downrange_m"] > stage["downrange_m"]


def test_a_fall_without_drag_is_named_as_an_assumption(flight: Flight) -> None:
    assert [sentence for sentence in flight.assumptions if "without drag" in sentence] == [
        "fairing: falls without drag, its reference area or drag coefficient is not given"
    ]


def test_insertion_tells_the_osculating_orbit(flight: Flight) -> None:
    row = flight.insertion_row()
    mu, radius = launch().environment.earth.mu, launch().environment.earth.radius
    r, v = row["r_eci_m"], row["v_eci_m_s"]
    energy = 0.5 * sum(x * x for x in v) - mu / math.hypot(*r)
    assert row["c3_m2_s2"] == pytest.approx(2.0 * energy, rel=1e-12)
    assert row["semi_major_axis_m"] == pytest.approx(-0.5 * mu / energy, rel=1e-12)
    sum_of_apsides = row["perigee_altitude_m"] + row["apogee_altitude_m"] + 2.0 * radius
    assert sum_of_apsides == pytest.approx(2.0 * row["semi_major_axis_m"], rel=1e-12)
    assert 0.0 <= row["ra_of_asc_node_deg"] < 360.0
    # heading east from 28.5 degrees without leaving the plane
    assert row["inclination_deg"] == pytest.approx(28.5, abs=0.5)
