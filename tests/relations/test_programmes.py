"""The same flight from a programme that says it otherwise: cut elsewhere, booked elsewhere, steered in other words."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cosmodrome.catalogue.timeline import Drop, Flow
from cosmodrome.flight.attitude import Attitude, horizon, polynomial, vertical
from cosmodrome.flight.integrate import integrate
from cosmodrome.flight.programme import Masses, Programme, Step
from cosmodrome.physics.propulsion import UNGOVERNED, Propulsion
from tests.flight.worlds import COASTING, eccentric_orbit, ellipsoid, launch, vacuum
from tests.relations.pairs import (
    Array,
    assert_same,
    differ,
    ends,
    flown,
    laws_of,
    with_laws,
    with_leg,
)

LIFTOFF, TAIL_OFF, STAGING, THROTTLED, BARE, LAST = range(6)
"""The steps of the launch: a burn, its tail-off, a coast, two burns with a throttle, a coast."""
SIDES = ("-left", "-right")


def with_steps(programme: Programme, i: int, *new: Step, **changed: Any) -> Programme:
    """The programme with other steps in the place of step i, and with what else is changed."""
    steps = (*programme.steps[:i], *new, *programme.steps[i + 1 :])
    inserted = programme.insertion_step + (len(new) - 1 if i <= programme.insertion_step else 0)
    return replace(programme, steps=steps, insertion_step=inserted, **changed)


# --- cut elsewhere --------------------------------------------------------------------------------------


def _cut(programme: Programme, i: int, share: float) -> Programme:
    """The programme with step i in two; the later part of a tail-off begins with what thrust is left."""
    step, phase = programme.steps[i], programme.steps[i].phase
    after = share * step.duration_s
    p = phase.leg.propulsion
    p = p._replace(thrust=p.thrust + after * p.thrust_rate, flow=p.flow + after * p.flow_rate)
    flows = tuple(replace(f, flow_kg_s=f.flow_kg_s + after * f.rate_kg_s2) for f in phase.flows)
    first = replace(phase, ends_with=(), drops=())
    second = replace(phase, leg=phase.leg._replace(propulsion=p), flows=flows, begins_with=())
    return with_steps(
        programme,
        i,
        replace(step, phase=first, duration_s=after),
        replace(step, phase=second, duration_s=step.duration_s - after),
    )


def _assert_cut_changes_nothing(i: int, share: float) -> None:
    assert_same(np.delete(ends(_cut(launch(), i, share)), i, axis=0), ends(launch()))


@pytest.mark.parametrize("share", [1e-6, 0.37, 0.9])
@pytest.mark.parametrize("i", [LIFTOFF, THROTTLED, BARE])
def test_a_burn_cut_in_two_is_one_burn(i: int, share: float) -> None:
    _assert_cut_changes_nothing(i, share)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.97])
def test_a_tail_off_cut_in_two_is_one_tail_off(share: float) -> None:
    _assert_cut_changes_nothing(TAIL_OFF, share)


@pytest.mark.parametrize("i", [STAGING, LAST])
def test_a_coast_cut_in_two_is_one_coast(i: int) -> None:
    """In air and wind; one in vacuum is among the tests of `flight`."""
    _assert_cut_changes_nothing(i, 0.4)


def test_phases_of_no_length_change_no_bit() -> None:
    steps = []
    for step in launch().steps:
        empty = replace(step, duration_s=0.0, phase=replace(step.phase, drops=(), ends_with=()))
        steps += [empty, step]
    usual = flown(launch())
    found = flown(replace(launch(), steps=tuple(steps), insertion_step=9))
    assert np.array_equal(found.phase_ends[1::2], usual.phase_ends)
    assert found.propellant_left_kg == usual.propellant_left_kg


@pytest.mark.parametrize("i", [STAGING, THROTTLED, LAST])
def test_a_flight_taken_up_where_it_was_goes_on_as_it_would_have(i: int) -> None:
    """From a state in the middle, with the mass and the propellant that were left."""
    usual = launch()
    before = flown(usual)
    y = before.segments[i].arc.y[0].tolist()
    left = {
        stage: kg - sum(segment.burnt_kg.get(stage, 0.0) for segment in before.segments[:i])
        for stage, kg in usual.masses.propellant_kg.items()
    }
    rest = replace(
        usual,
        t_s=before.segments[i].t0_s,
        r_eci_m=tuple(y[:3]),
        v_eci_m_s=tuple(y[3:6]),
        masses=Masses(y[6], left),
        steps=usual.steps[i:],
        insertion_step=0,
    )
    found = ends(rest)
    # another first step: not the same bits
    assert_same(found, before.phase_ends[i:], 1e-11)


# --- booked elsewhere -----------------------------------------------------------------------------------


def test_a_throttle_held_is_an_engine_of_that_thrust() -> None:
    usual, held = launch(), 0.8
    step = usual.steps[BARE]
    law = step.attitude._replace(coefficients=step.attitude.coefficients.copy())
    law.coefficients[..., 3] = [held, 0.0]
    p = step.phase.leg.propulsion
    fixed = Propulsion(held * p.throttled_thrust, held * p.throttled_flow, 0.0, 0.0, 0.0, 0.0, 0.0)
    flows = (Flow("second", fixed.flow),)
    engine = replace(step.phase, leg=step.phase.leg._replace(propulsion=fixed), flows=flows)
    throttled = with_steps(usual, BARE, replace(step, attitude=law))
    ours, theirs = (
        flown(throttled),
        flown(with_steps(usual, BARE, Step(engine, step.duration_s, law))),
    )
    assert_same(theirs.phase_ends, ours.phase_ends)
    assert dict(theirs.propellant_left_kg) == pytest.approx(dict(ours.propellant_left_kg), rel=1e-9)


def test_a_governor_that_never_has_to_close_changes_no_bit() -> None:
    def governed(at_m_s2: float) -> Array:
        step = launch().steps[BARE]
        p = step.phase.leg.propulsion._replace(governed_acceleration=at_m_s2)
        return ends(with_steps(launch(), BARE, with_leg(step, step.phase.leg._replace(propulsion=p))))

    # the stage weighs some 30 t at the least under 320 kN: 11 m/s^2
    assert np.array_equal(governed(30.0), governed(UNGOVERNED))
    assert differ(governed(5.0), governed(UNGOVERNED))


def test_engines_of_two_stages_that_burn_together_are_those_of_one() -> None:
    """Each stage told as two halves, throttled ones included: they burn and drop half of it each."""
    usual = launch()
    masses = Masses(usual.masses.initial_kg, _in_halves(usual.masses.propellant_kg))
    parted = replace(usual, masses=masses, steps=tuple(map(_step_in_halves, usual.steps)))
    ours, theirs = flown(usual), flown(parted)
    assert_same(theirs.phase_ends, ours.phase_ends)
    assert dict(theirs.propellant_left_kg) == pytest.approx(_in_halves(ours.propellant_left_kg), rel=1e-9)


def _in_halves(loads: Mapping[str, float]) -> dict[str, float]:
    return {stage + side: 0.5 * kg for stage, kg in loads.items() for side in SIDES}


def _step_in_halves(step: Step) -> Step:
    flows = tuple(
        replace(f, stage=f.stage + side, flow_kg_s=0.5 * f.flow_kg_s, rate_kg_s2=0.5 * f.rate_kg_s2)
        for f in step.phase.flows
        for side in SIDES
    )
    drops = tuple(
        replace(d, id=d.id + side, stage=d.stage and d.stage + side, mass_kg=0.5 * d.mass_kg)
        for d in step.phase.drops
        for side in SIDES
    )
    return replace(step, phase=replace(step.phase, flows=flows, drops=drops))


def test_propellant_left_over_weighs_what_dry_mass_weighs() -> None:
    usual = launch()
    (drop,) = usual.steps[STAGING].phase.drops
    step = usual.steps[STAGING]
    heavier = replace(step, phase=replace(step.phase, drops=(replace(drop, mass_kg=drop.mass_kg + 500.0),)))
    loads = dict(usual.masses.propellant_kg) | {"first": usual.masses.propellant_kg["first"] - 500.0}
    told = with_steps(usual, STAGING, heavier, masses=replace(usual.masses, propellant_kg=loads))
    ours, theirs = flown(usual), flown(told)
    # the sum is rounded once more: 2e-11 kg
    assert theirs.dropped[0].mass_kg == pytest.approx(ours.dropped[0].mass_kg, rel=1e-14)
    assert_same(theirs.phase_ends, ours.phase_ends)
    assert theirs.drop_points[0]["latitude_deg"] == pytest.approx(
        ours.drop_points[0]["latitude_deg"], abs=1e-9
    )


@pytest.mark.parametrize("i", range(6))
def test_what_weighs_nothing_may_be_dropped_anywhere(i: int) -> None:
    step = launch().steps[i]
    nothing = Drop("label", "A label", 1, 0.0, None, None, None)
    dropped = replace(step, phase=replace(step.phase, drops=(*step.phase.drops, nothing)))
    assert np.array_equal(ends(with_steps(launch(), i, dropped)), ends(launch()))


def test_two_pieces_fall_where_the_pair_falls_that_they_are() -> None:
    """The area of a drop is that of each piece, its mass that of all."""
    pair = Drop("halves", "Halves", 2, 1200.0, None, 14.0, 1.1)
    each = tuple(replace(pair, id=side, count=1, mass_kg=600.0) for side in ("left", "right"))
    step = launch().steps[THROTTLED]
    ours, theirs = (
        flown(with_steps(launch(), THROTTLED, replace(step, phase=replace(step.phase, drops=drops))))
        for drops in ((pair,), each)
    )
    assert_same(theirs.phase_ends, ours.phase_ends, 1e-14)
    places = {
        row["body"]: (row["latitude_deg"], row["longitude_deg"], row["t_s"]) for row in ours.drop_points
    }
    for row in theirs.drop_points:
        if row["body"] != "first":
            assert (row["latitude_deg"], row["longitude_deg"], row["t_s"]) == places["halves"]
    assert len(theirs.drop_points) == len(ours.drop_points) + 1


# --- steered in other words -----------------------------------------------------------------------------


def test_an_axis_of_any_length_is_a_direction() -> None:
    laws = laws_of(launch())
    for i in (THROTTLED, BARE):
        laws[i] = laws[i]._replace(coefficients=laws[i].coefficients * [8.0, 8.0, 8.0, 1.0])
    assert np.array_equal(ends(with_laws(launch(), laws)), ends(launch()))


@pytest.mark.parametrize("share", [0.25, 0.8])
def test_a_polynomial_told_in_two_pieces_is_one_polynomial(share: float) -> None:
    laws = laws_of(launch())
    for i in (THROTTLED, BARE):
        laws[i] = _in_two_pieces(laws[i], share)
    assert_same(ends(with_laws(launch(), laws)), ends(launch()))


def _in_two_pieces(law: Attitude, share: float) -> Attitude:
    """p(s) for s in [0, 1] as p(share s) and p(share + (1 - share) s), by the binomial theorem."""
    (t0, t1), (c,) = law.edges, law.coefficients
    low, high = np.zeros_like(c), np.zeros_like(c)
    for j, row in enumerate(c):
        low[j] += row * share**j
        for k in range(j + 1):
            high[k] += row * math.comb(j, k) * share ** (j - k) * (1.0 - share) ** k
    return polynomial([t0, t0 + share * (t1 - t0), t1], [low, high])


@pytest.mark.parametrize("azimuth_deg", [0.0, 77.0, -180.0])
def test_ninety_degrees_above_the_horizon_is_up_whatever_the_azimuth(azimuth_deg: float) -> None:
    upright = horizon([0.0, 500.0], [0.5 * math.pi] * 2, [math.radians(azimuth_deg)] * 2)
    usual = [vertical(), vertical(), *laws_of(launch())[STAGING:]]
    told = [upright, upright, *usual[STAGING:-1], upright]
    assert_same(ends(with_laws(launch(), told)), ends(with_laws(launch(), usual)))


T_S, ELEVATION_DEG, AZIMUTH_DEG = (
    [0.0, 10.0, 60.0, 142.0],
    [90.0, 90.0, 60.0, 35.0],
    [80.0, 80.0, 90.0, 170.0],
)


def _flown_by_table(t_s: list[float], elevation_deg: list[float], azimuth_deg: list[float]) -> Array:
    law = horizon(t_s, np.radians(elevation_deg), np.radians(azimuth_deg))
    return ends(with_laws(launch(), [law, law, *laws_of(launch())[STAGING:]]))


def test_a_row_on_the_line_between_two_changes_no_attitude() -> None:
    usual = _flown_by_table(T_S, ELEVATION_DEG, AZIMUTH_DEG)
    assert_same(
        _flown_by_table(
            sorted([*T_S, 35.0]), [90.0, 90.0, 75.0, 60.0, 35.0], [80.0, 80.0, 85.0, 90.0, 170.0]
        ),
        usual,
    )
    assert differ(
        _flown_by_table(
            sorted([*T_S, 35.0]), [90.0, 90.0, 76.0, 60.0, 35.0], [80.0, 80.0, 85.0, 90.0, 170.0]
        ),
        usual,
    )


@pytest.mark.parametrize("turns", [(1, 1, 1, 1), (-1, -1, -1, -1), (0, 0, 0, -1), (0, 1, 0, 1)])
def test_whole_turns_of_azimuth_are_no_turns(turns: tuple[int, ...]) -> None:
    """A row apart by more than half a turn is meant the shorter way round."""
    told = [a + 360.0 * n for a, n in zip(AZIMUTH_DEG, turns, strict=True)]
    assert_same(_flown_by_table(T_S, ELEVATION_DEG, told), _flown_by_table(T_S, ELEVATION_DEG, AZIMUTH_DEG))


# --- mechanics ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("degree", [0, 2, 6])
def test_a_coast_flown_backward_comes_to_where_it_began(degree: int) -> None:
    world = vacuum(ellipsoid(degree))
    y0, period = eccentric_orbit(world.earth)
    y0[2] = 300e3

    def flown(y: Array) -> Array:
        return integrate(COASTING, vertical(), world, y, 0.0, 0.7 * period).y[-1]

    back = np.ones(12)
    back[3:6] = -1.0
    again = flown(flown(y0) * back) * back
    assert_same(again[None], y0[None])
