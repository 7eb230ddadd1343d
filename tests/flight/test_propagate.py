"""Flights: books that close, states between steps, switches, and flights that do not come to their end."""

import math
from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.catalogue.timeline import Flow
from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.integrate import integrate
from cosmodrome.flight.programme import Masses, Programme, Step
from cosmodrome.flight.propagate import Flight, fly
from cosmodrome.physics.aerodynamics import NO_AERO
from cosmodrome.physics.motion import Leg
from cosmodrome.physics.wind import make_wind
from tests.flight.worlds import (
    COASTING,
    RADIUS_M,
    eccentric_orbit,
    ellipsoid,
    engine,
    launch,
    phase,
    vacuum,
)


@pytest.fixture(scope="module")
def flight() -> Flight:
    """The two-stage launch, flown once."""
    return fly(launch())


def test_mass_books_close(flight: Flight) -> None:
    burnt = sum(sum(segment.burnt_kg.values()) for segment in flight.segments)
    dropped = sum(d.mass_kg for d in flight.dropped)
    assert flight.reason is None
    assert flight.end.mass_kg + burnt + dropped == pytest.approx(flight.liftoff_mass_kg, rel=1e-9)
    assert flight.propellant_left_kg["first"] == pytest.approx(178e3 - 140.0 * 1250.0 - 1250.0, rel=1e-9)


def test_a_throttled_stage_burns_the_integral_of_its_throttle(flight: Flight) -> None:
    # the throttle falls linearly from 1 to 0.6 in each of the two burns: 0.8 in the mean
    burnt = [segment.burnt_kg.get("second", 0.0) for segment in flight.segments]
    assert burnt[3] == pytest.approx(0.8 * 95.0 * 30.0, rel=1e-9)
    assert burnt[4] == pytest.approx(0.8 * 95.0 * 250.0, rel=1e-9)
    assert flight.propellant_left_kg["second"] == pytest.approx(30e3 - 0.8 * 95.0 * 280.0, rel=1e-9)


def test_a_dropped_stage_takes_its_unburnt_propellant_along(flight: Flight) -> None:
    stage, fairing = flight.dropped
    assert stage.mass_kg == pytest.approx(12000.0 + 178e3 - 176250.0, rel=1e-9)
    assert fairing.mass_kg == 1200.0
    before, after = flight.segments[2].arc.y[-1, 6], flight.segments[3].arc.y[0, 6]
    assert before - after == pytest.approx(stage.mass_kg, rel=1e-12)
    assert np.array_equal(stage.y[:6], flight.segments[3].arc.y[0, :6])


def test_every_term_of_the_velocity_budget_has_its_sign(flight: Flight) -> None:
    budget = flight.delta_v_m_s
    assert budget["gain"] == pytest.approx(math.hypot(*launch().v_eci_m_s), rel=1e-15)
    assert all(
        budget[name] > 0.0
        for name in ("ideal", "pressure_loss", "steering_loss", "drag_loss", "gravity_loss")
    )


def test_the_flight_between_steps_is_the_flight(flight: Flight) -> None:
    programme = launch()
    for t in (0.0, 33.3, 140.0, 146.0, 147.0, 290.5, 486.9):
        # a programme cut short at t ends where the flight then is
        steps, left = [], t
        for step in programme.steps:
            steps.append(replace(step, duration_s=min(step.duration_s, max(left, 0.0))))
            left -= step.duration_s
        cut = fly(replace(programme, steps=tuple(steps)))
        assert math.dist(flight.state_at(t)[:3], cut.y[-1, :3]) < 1e-3
        assert math.dist(flight.state_at(t)[3:6], cut.y[-1, 3:6]) < 1e-4


def test_a_state_outside_the_flight_is_refused(flight: Flight) -> None:
    with pytest.raises(ValueError, match="outside the flight"):
        flight.state_at(-1.0)
    with pytest.raises(ValueError, match="outside the flight"):
        flight.state_at(1e4)


def test_at_a_switch_the_state_is_that_after_it(flight: Flight) -> None:
    assert flight.state_at(147.0)[6] == flight.segments[3].arc.y[0, 6]


def test_insertion_and_phase_ends_are_states_before_what_is_dropped(flight: Flight) -> None:
    assert flight.phase_ends.shape == (6, 12)
    assert flight.phase_ends[2, 6] == flight.segments[2].arc.y[-1, 6]
    assert flight.insertion.t_s == 427.0
    assert flight.insertion.mass_kg == flight.phase_ends[4, 6] == flight.final_mass_kg
    assert flight.end.t_s == 487.0


def test_a_finer_tolerance_moves_the_flight_by_less_than_a_millimetre(flight: Flight) -> None:
    finer = fly(launch(), rtol=1e-13)
    assert math.dist(flight.y[-1, :3], finer.y[-1, :3]) < 1e-3
    assert math.dist(flight.y[-1, 3:6], finer.y[-1, 3:6]) < 1e-6


def _coasting(durations: tuple[float, ...]) -> Programme:
    world = vacuum(ellipsoid())
    y0, _ = eccentric_orbit(world.earth)
    return replace(
        launch(),
        r_eci_m=tuple(y0[:3]),
        v_eci_m_s=tuple(y0[3:6]),
        masses=Masses(1000.0, {}),
        steps=tuple(Step(phase("coast", COASTING), t, vertical()) for t in durations),
        environment=world,
        insertion_step=0,
    )


def test_a_coast_in_many_phases_is_the_coast_in_one() -> None:
    whole = fly(_coasting((3000.0,))).y[-1]
    parts = fly(_coasting((1000.0, 0.0, 1e-9, 500.0, 1500.0 - 1e-9))).y[-1]
    assert math.dist(whole[:3], parts[:3]) < 1e-9 * RADIUS_M


def test_a_rocket_too_heavy_to_rise_sinks_into_the_ground_and_says_so() -> None:
    programme = launch()
    heavy = fly(replace(programme, masses=replace(programme.masses, initial_kg=600e3)))
    assert heavy.reason is not None
    assert "comes down to the ground" in heavy.reason
    assert len(heavy.segments) == 1
    assert heavy.end.t_s < 10.0
    # what is told of it is still told
    assert heavy.columns()["t_s"][-1] == heavy.end.t_s
    assert heavy.events[0].code == "LIFTOFF"
    assert math.isfinite(heavy.peaks()["max_dynamic_pressure_pa"].value)


def test_a_flight_that_burns_more_than_it_weighs_ends_with_a_reason() -> None:
    burning = phase("burn", Leg(engine(1e4, 10.0), NO_AERO), (Flow("only", 10.0),))
    coast = _coasting((1.0,))
    lost = fly(
        replace(coast, masses=Masses(1000.0, {"only": 5e3}), steps=(Step(burning, 500.0, vertical()),))
    )
    assert lost.reason is not None
    assert lost.end.t_s <= 100.0
    assert np.isfinite(lost.y).all()


def test_wind_back_pressure_and_lift_all_reach_the_flight(flight: Flight) -> None:
    # each effect switched off moves the end by more than any tolerance: none is forgotten on the way
    programme = launch()
    calm = programme.environment._replace(wind=make_wind([0.0, 10e3, 30e3], [0.0] * 3, [0.0] * 3))
    leg = programme.steps[0].phase.leg
    for changed in (
        replace(programme, environment=calm),
        _with_leg(programme, leg._replace(propulsion=leg.propulsion._replace(exit_area=0.0))),
        _with_leg(programme, leg._replace(aero=leg.aero._replace(lifting=0))),
    ):
        assert math.dist(fly(changed).y[-1, :3], flight.y[-1, :3]) > 10.0


def _with_leg(programme: Programme, leg: Leg) -> Programme:
    first = programme.steps[0]
    return replace(
        programme, steps=(replace(first, phase=replace(first.phase, leg=leg)), *programme.steps[1:])
    )


def test_a_flight_equals_its_phases_integrated_by_hand(flight: Flight) -> None:
    programme = launch()
    y = np.array([*programme.r_eci_m, *programme.v_eci_m_s, programme.masses.initial_kg, *[0.0] * 5])
    t = 0.0
    for step in programme.steps[:3]:
        y = integrate(step.phase.leg, step.attitude, programme.environment, y, t, t + step.duration_s).y[-1]
        t += step.duration_s
    assert np.array_equal(y, flight.phase_ends[2])
