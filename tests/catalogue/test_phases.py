"""Timelines: which phases a vehicle and a mission make, how long, what burns, what drops, and what ties them.

The rocket of `tests.rockets` has round figures: its first stage burns 100 t at F / (g0 Isp) from lift-off, coasts a
second to its separation and another to the ignition of the second, whose cut-off is free.
"""

import ast
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

import cosmodrome
from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.catalogue.phases import make_timeline
from cosmodrome.catalogue.schema import AeroConfiguration, Body, Cutoff, DragTable, EventRef
from cosmodrome.errors import MissionFileError, VehicleFileError
from cosmodrome.mission.read import read_mission
from cosmodrome.mission.schema import InitialState
from tests.catalogue.edits import (
    FIRST_BURN,
    FIRST_FLOW,
    SECOND_BURN,
    SECOND_FLOW,
    burnt,
    edges,
    impulse,
    with_body,
    with_stage,
)
from tests.rockets import write_files

SOURCES = Path(cosmodrome.__file__).parent


@pytest.fixture(scope="module")
def rocket(tmp_path_factory):
    """The rocket with a fairing that leaves 40 s after the second ignition, so that only the cut-off is free."""
    folder = tmp_path_factory.mktemp("rocket")
    write_files(folder)
    vehicle = load_vehicle(folder / "rocket.toml")
    return with_body(vehicle, "fairing", release=EventRef("second.ignition", 40.0))


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    return read_mission(write_files(tmp_path_factory.mktemp("mission")))


def ring(owner, release, mass_kg=120.0, count=2):
    """A jettisoned piece that the dry mass of a stage counts already."""
    return Body("ring", count, mass_kg, owner, release, "Ring")


def tail_off(timeline):
    """Phases in which thrust falls."""
    return [k for k, p in enumerate(timeline.phases) if p.leg.propulsion.thrust_rate < 0.0]


# --- phases -------------------------------------------------------------------------------------------


def test_events_cut_the_flight_into_phases(rocket, mission):
    timeline = make_timeline(rocket, mission)
    second = FIRST_BURN + 2.0
    wanted = [0.0, 10.0, FIRST_BURN, FIRST_BURN + 1.0, second, second + 40.0, second + SECOND_BURN]
    assert edges(timeline) == pytest.approx(wanted, abs=1e-9)
    assert [p.id for p in timeline.phases] == ["first", "first", "coast", "coast", "second", "second"]
    assert [p.is_vertical for p in timeline.phases] == [True, False, False, False, False, False]
    assert [p.is_fixed for p in timeline.phases] == [True] * 5 + [False]
    assert timeline.free == {"second.cutoff": 5}
    assert timeline.insertion == 5


def test_hot_staging_makes_a_phase_in_which_both_stages_burn(rocket, mission):
    hot = with_stage(rocket, "second", ignition=EventRef("first.cutoff", -0.5))
    timeline = make_timeline(hot, mission)
    together = timeline.phases[2]
    assert (together.id, together.nominal_s) == ("first + second", pytest.approx(0.5, abs=1e-9))
    assert together.leg.propulsion.thrust == pytest.approx(2.2e6, rel=1e-12)
    assert together.leg.propulsion.flow == pytest.approx(FIRST_FLOW + SECOND_FLOW, rel=1e-12)
    # the spent stage hangs on for the second that its separation waits, under the thrust of the next
    assert timeline.phases[3].id == "second"
    assert [d.id for d in timeline.phases[3].drops] == ["first"]
    assert burnt(timeline, "first") == pytest.approx(100e3, rel=1e-12)


def test_stages_that_ignite_together_share_a_phase(rocket, mission):
    parallel = with_stage(rocket, "second", ignition=EventRef("liftoff"))
    first = make_timeline(parallel, mission).phases[0]
    assert [flow.stage for flow in first.flows] == ["first", "second"]
    # the exit area follows from 200 kN between vacuum and 101 325 Pa; the second stage has none
    assert first.leg.propulsion.exit_area == pytest.approx(200e3 / 101325.0, rel=1e-12)


def test_boosters_of_one_stage_thrust_flow_and_drop_by_their_number(rocket, mission):
    four = with_stage(rocket, "first", count=4)
    timeline = make_timeline(four, mission)
    assert timeline.phases[0].leg.propulsion.thrust == 8e6
    assert timeline.phases[0].flows[0].flow_kg_s == pytest.approx(4 * FIRST_FLOW, rel=1e-12)
    drop = next(d for p in timeline.phases for d in p.drops if d.id == "first")
    assert (drop.count, drop.mass_kg) == (4, 40e3)
    assert timeline.propellant_kg["first"] == 400e3


def test_a_mission_without_back_pressure_has_no_exit_area(rocket, mission):
    bare = replace(mission, environment=replace(mission.environment, back_pressure=False))
    assert all(p.leg.propulsion.exit_area == 0.0 for p in make_timeline(rocket, bare).phases)


def test_no_vertical_rise_makes_no_phase_for_it(rocket, mission):
    flat = replace(mission, profile=replace(mission.profile, vertical_rise_s=0.0))
    timeline = make_timeline(rocket, flat)
    assert not any(phase.is_vertical for phase in timeline.phases)
    assert "PITCH_START" not in [m.code for p in timeline.phases for m in p.begins_with]


def test_the_mission_has_the_last_word_on_the_vertical_rise(rocket, mission):
    short = replace(mission, profile=replace(mission.profile, vertical_rise_s=4.0))
    assert make_timeline(rocket, short).phases[0].nominal_s == 4.0


def test_a_flight_from_a_given_state_counts_its_events_from_there(rocket, mission):
    state = InitialState(t_s=30.0, r_eci_m=(7e6, 0.0, 0.0), v_eci_m_s=(0.0, 100.0, 0.0))
    timeline = make_timeline(rocket, replace(mission, initial_state=state))
    assert timeline.t0_s == 30.0
    assert not timeline.phases[0].is_vertical
    assert edges(timeline)[1] == pytest.approx(30.0 + FIRST_BURN, abs=1e-9)


def test_the_aerodynamics_change_at_their_event(rocket, mission):
    def drag(area):
        return AeroConfiguration(None, area, "wind", DragTable.constant(0.4))

    aero = (
        replace(drag(10.0), until="first.separation"),
        replace(drag(7.0), until="fairing.release"),
        drag(3.0),
    )
    timeline = make_timeline(replace(rocket, aero=aero), mission)
    assert [p.leg.aero.area for p in timeline.phases] == [10.0, 10.0, 10.0, 7.0, 7.0, 3.0]


def test_the_fairing_is_gone_in_every_phase_after_its_release(rocket, mission):
    assert [p.is_fairing_gone for p in make_timeline(rocket, mission).phases] == [False] * 5 + [True]


# --- throttle and tail-off ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "profile",
    [
        ((100.0, 0.5),),
        ((0.0, 0.8), (60.0, 1.0)),
        ((40.0, 0.6), (80.0, 1.0), (150.0, 0.7)),
        ((20.0, 0.0), (30.0, 1.2)),
    ],
)
def test_depletion_with_a_throttle_profile_burns_exactly_what_is_usable(rocket, mission, profile):
    throttled = with_stage(rocket, "first", engine={"throttle_profile": profile}, residual_mass_kg=700.0)
    timeline = make_timeline(throttled, mission)
    assert burnt(timeline, "first") == pytest.approx(99.3e3, rel=1e-12)
    assert timeline.burn("first").usable_kg == pytest.approx(99.3e3, rel=1e-12)
    levels = [
        p.flows[0].flow_kg_s / FIRST_FLOW for p in timeline.phases if p.flows and p.flows[0].stage == "first"
    ]
    steps = [k for t, k in profile if t == 0.0] + [k for t, k in profile if t > 0.0]
    for k in steps:
        assert any(level == pytest.approx(k, abs=1e-12) for level in levels)


def test_throttle_steps_are_boundaries_of_phases_and_scale_thrust_with_flow(rocket, mission):
    throttled = with_stage(rocket, "first", engine={"throttle_profile": ((100.0, 0.5), (120.0, 0.8))})
    timeline = make_timeline(throttled, mission)
    assert edges(timeline)[:4] == pytest.approx([0.0, 10.0, 100.0, 120.0], abs=1e-9)
    for phase, level in zip(timeline.phases[:4], (1.0, 1.0, 0.5, 0.8), strict=True):
        assert phase.leg.propulsion.thrust == pytest.approx(level * 2e6, rel=1e-12)
        assert phase.leg.propulsion.flow == pytest.approx(level * FIRST_FLOW, rel=1e-12)
        # back-pressure acts on the whole exit, whatever the throttle
        assert phase.leg.propulsion.exit_area == pytest.approx(200e3 / 101325.0, rel=1e-12)


@pytest.mark.parametrize("level", [1.0, 0.5])
def test_a_tail_off_falls_linearly_to_nothing_and_delivers_its_impulse(rocket, mission, level):
    engine = {"tail_off_impulse_n_s": 900e3, "throttle_profile": ((100.0, level),)}
    late = EventRef("first.cutoff", 5.0)
    timeline = make_timeline(with_stage(rocket, "first", engine=engine, separation=late), mission)
    (tail,) = tail_off(timeline)
    p, length = timeline.phases[tail].leg.propulsion, timeline.phases[tail].nominal_s
    assert length == pytest.approx(2.0 * 900e3 / (level * 2e6), rel=1e-12)
    assert (p.thrust, p.flow) == (pytest.approx(level * 2e6), pytest.approx(level * FIRST_FLOW))
    assert p.thrust + p.thrust_rate * length == pytest.approx(0.0, abs=1e-6)
    assert p.flow + p.flow_rate * length == pytest.approx(0.0, abs=1e-9)
    assert impulse(timeline, [tail]) == pytest.approx(900e3, rel=1e-12)


def test_a_tail_off_that_another_event_cuts_in_two_goes_on_falling(rocket, mission):
    """A piece that leaves 0.3 s into a tail-off of 0.9 s finds two thirds of the thrust, and changes nothing of it."""
    engine = {"tail_off_impulse_n_s": 900e3}
    late = with_stage(rocket, "first", engine=engine, separation=EventRef("first.cutoff", 5.0))
    cap = Body("cap", 1, 40.0, None, EventRef("first.cutoff", 0.3), "Cap")
    timeline = make_timeline(replace(late, bodies=(*late.bodies, cap)), mission)
    tail = tail_off(timeline)
    assert [timeline.phases[k].nominal_s for k in tail] == pytest.approx([0.3, 0.6], abs=1e-9)
    assert impulse(timeline, tail) == pytest.approx(900e3, rel=1e-9)
    assert timeline.phases[tail[1]].leg.propulsion.thrust == pytest.approx(2e6 * 2.0 / 3.0, rel=1e-9)
    assert burnt(timeline, "first") == pytest.approx(100e3, rel=1e-9)


def test_the_tail_off_burns_from_the_same_tank(rocket, mission):
    """The tank is empty when the thrust is gone, so the cut-off comes before depletion at full flow would."""
    tail = with_stage(
        rocket,
        "first",
        engine={"tail_off_impulse_n_s": 900e3},
        separation=EventRef("first.cutoff", 5.0),
    )
    timeline = make_timeline(tail, mission)
    assert burnt(timeline, "first") == pytest.approx(100e3, rel=1e-12)


def test_insertion_waits_for_the_last_stages_tail_off(rocket, mission):
    tail = with_stage(rocket, "second", engine={"tail_off_impulse_n_s": 20e3})
    timeline = make_timeline(tail, mission)
    last = timeline.phases[timeline.insertion]
    assert last.leg.propulsion.thrust_rate < 0.0
    assert last.nominal_s == pytest.approx(0.2, rel=1e-12)
    assert timeline.burn("second").phases[-1] == timeline.insertion
    assert timeline.free == {"second.cutoff": timeline.insertion - 1}


def test_a_free_throttle_is_told_by_its_range_and_full_flow(rocket, mission):
    free = with_stage(rocket, "second", engine={"throttle_min": 0.4, "throttle_max": 1.0})
    last = make_timeline(free, mission).phases[-1]
    assert (last.throttle_min, last.throttle_max, last.is_throttled) == (0.4, 1.0, True)
    p = last.leg.propulsion
    assert (p.thrust, p.throttled_thrust) == (0.0, 200e3)
    assert p.throttled_flow == pytest.approx(SECOND_FLOW, rel=1e-12)


def test_depletion_under_a_free_throttle_is_a_free_cut_off_that_must_empty_the_tank(rocket, mission):
    free = with_stage(rocket, "first", engine={"throttle_min": 0.6, "throttle_max": 1.0})
    timeline = make_timeline(free, mission)
    burn = timeline.burn("first")
    assert burn.must_deplete and burn.is_open
    assert "first.cutoff" in timeline.free


def test_two_free_throttles_at_once_are_refused(rocket, mission):
    engine = {"throttle_min": 0.5, "throttle_max": 1.0}
    both = with_stage(rocket, "first", engine=engine)
    both = with_stage(both, "second", engine=engine, ignition=EventRef("liftoff"))
    with pytest.raises(VehicleFileError, match=r"first and second burn at once with a free throttle"):
        make_timeline(both, mission)


def test_a_profile_that_closes_the_valve_for_good_is_refused(rocket, mission):
    closed = with_stage(rocket, "first", engine={"throttle_profile": ((60.0, 0.0),)})
    with pytest.raises(VehicleFileError, match="ends at zero before the propellant is used"):
        make_timeline(closed, mission)


# --- anchors, ties, sequence --------------------------------------------------------------------------


def test_a_release_ruled_by_heat_flux_is_free_and_splits_what_is_fixed(rocket, mission, tmp_path):
    write_files(tmp_path)
    ruled = load_vehicle(tmp_path / "rocket.toml")
    timeline = make_timeline(ruled, mission, {"fairing.release": 90.0})
    assert edges(timeline)[1:4] == pytest.approx([10.0, 90.0, FIRST_BURN], abs=1e-9)
    assert [p.is_fixed for p in timeline.phases] == [True, False, False, True, True, False]
    assert timeline.free == {"fairing.release": 1, "second.cutoff": 5}
    tie = next(t for t in timeline.ties if t.name == "first.cutoff")
    assert tie.phases == (1, 2)
    assert tie.lower_s == tie.upper_s == pytest.approx(FIRST_BURN - 10.0, abs=1e-9)


def test_the_nominal_time_of_a_free_event_decides_its_place(rocket, mission, tmp_path):
    write_files(tmp_path)
    ruled = load_vehicle(tmp_path / "rocket.toml")
    timeline = make_timeline(ruled, mission, {"fairing.release": 200.0, "second.cutoff": 420.0})
    assert timeline.free == {"fairing.release": 4, "second.cutoff": 5}
    assert edges(timeline)[5:] == pytest.approx([200.0, 420.0], abs=1e-9)
    assert [flow.stage for flow in timeline.phases[4].flows] == ["second"]
    assert timeline.burn("second").phases == (4, 5)


def test_what_hangs_on_a_free_event_keeps_its_distance_from_it(rocket, mission, tmp_path):
    write_files(tmp_path)
    ruled = load_vehicle(tmp_path / "rocket.toml")
    cap = Body("cap", 1, 40.0, None, EventRef("fairing.release", 20.0), "Cap")
    ruled = replace(ruled, bodies=(*ruled.bodies, cap))
    timeline = make_timeline(ruled, mission, {"fairing.release": FIRST_BURN - 10.0})
    tie = next(t for t in timeline.ties if t.name == "cap.release")
    # from the release to the cap: the burn's rest, two coasts, and 8 s of the next burn
    assert len(tie.phases) == 4
    assert tie.lower_s == tie.upper_s == pytest.approx(20.0, abs=1e-9)
    assert "cap.release" not in timeline.free


def test_a_commanded_burn_may_be_bounded_from_both_sides(rocket, mission):
    bounded = with_stage(rocket, "second", cutoff=Cutoff("command", min_burn_s=50.0, max_burn_s=150.0))
    timeline = make_timeline(bounded, mission)
    tie = next(t for t in timeline.ties if t.name == "second.burn")
    assert (tie.lower_s, tie.upper_s) == (50.0, 150.0)
    assert tie.phases == timeline.burn("second").phases
    # nominally the burn is as long as it may be
    assert sum(timeline.phases[k].nominal_s for k in tie.phases) == pytest.approx(150.0, abs=1e-9)


def test_the_bound_of_a_burn_counts_to_the_command_not_to_the_end_of_the_tail_off(rocket, mission):
    cutoff = Cutoff("command", min_burn_s=50.0, max_burn_s=150.0)
    bounded = with_stage(rocket, "second", cutoff=cutoff, engine={"tail_off_impulse_n_s": 20e3})
    tie = next(t for t in make_timeline(bounded, mission).ties if t.name == "second.burn")
    assert (tie.lower_s, tie.upper_s) == (pytest.approx(50.2), pytest.approx(150.2))


def test_a_sequence_imposes_times_and_frees_nothing(rocket, mission):
    imposed = {"first.cutoff_s": 120.0, "fairing.release_s": 160.0, "second.cutoff_s": 300.0}
    timeline = make_timeline(rocket, replace(mission, sequence=imposed))
    assert edges(timeline) == pytest.approx([0, 10, 120, 121, 122, 160, 300], abs=1e-9)
    assert timeline.free == {}
    assert all(phase.is_fixed for phase in timeline.phases)
    assert timeline.burn("first").usable_kg == pytest.approx(100e3)
    assert burnt(timeline, "first") == pytest.approx(120.0 * FIRST_FLOW, rel=1e-12)


def test_a_sequence_that_burns_more_than_there_is_is_refused_with_both_masses(rocket, mission):
    late = replace(mission, sequence={"first.cutoff_s": FIRST_BURN + 1.0})
    with pytest.raises(MissionFileError, match=r"burns 100680 kg but 100000 kg are usable"):
        make_timeline(rocket, late)


def test_an_event_before_lift_off_is_refused_with_its_distance(rocket, mission):
    early = with_stage(rocket, "second", ignition=EventRef("first.ignition", -3.0))
    with pytest.raises(VehicleFileError, match=r"second\.ignition would happen 3 s before lift-off"):
        make_timeline(early, mission)


def test_an_event_after_the_payload_has_left_is_refused(rocket, mission):
    late = with_body(rocket, "fairing", release=EventRef("second.cutoff", 30.0))
    with pytest.raises(VehicleFileError, match=r"fairing\.release would happen after the payload has left"):
        make_timeline(late, mission)


def test_the_payload_may_wait_for_what_leaves_before_it(rocket, mission):
    late = with_body(rocket, "fairing", release=EventRef("second.cutoff", 30.0))
    waiting = replace(mission, profile=replace(mission.profile, separation_delay_s=45.0))
    timeline = make_timeline(late, waiting)
    assert [p.nominal_s for p in timeline.phases[timeline.insertion + 1 :]] == pytest.approx([30.0, 15.0])
    assert [m.code for m in timeline.phases[-1].ends_with] == ["PAYLOAD_SEP"]
    assert not any(p.is_burning for p in timeline.phases[timeline.insertion + 1 :])


@pytest.mark.parametrize("event", ["second.cutoff", "first.separation"])
def test_events_that_wait_for_each_other_are_refused(rocket, mission, event):
    turning = with_stage(rocket, "first", ignition=EventRef(event), separation=EventRef("first.ignition"))
    with pytest.raises(VehicleFileError, match="refers to itself through other events"):
        make_timeline(turning, mission)


# --- masses -------------------------------------------------------------------------------------------


def test_every_kilogram_on_the_pad_is_burnt_dropped_or_still_there(rocket, mission):
    timeline = make_timeline(rocket, mission)
    dropped = sum(d.mass_kg for p in timeline.phases for d in p.drops)
    spent = burnt(timeline, "first") + burnt(timeline, "second")
    start = timeline.mass_without_payload_kg
    assert start == 10e3 + 100e3 + 2e3 + 20e3 + 600.0 + 50.0
    assert dropped == 10e3 + 600.0
    # second stage, its residual, the adapter
    assert start - dropped - spent == pytest.approx(2e3 + 200.0 + 50.0, abs=1e-8)


def test_what_burns_on_the_pad_is_neither_lifted_nor_usable(rocket, mission):
    waiting = with_stage(rocket, "first", pad_burn_s=2.0)
    timeline = make_timeline(waiting, mission)
    gone = 2.0 * FIRST_FLOW
    assert timeline.propellant_kg["first"] == pytest.approx(100e3 - gone, rel=1e-12)
    assert timeline.burn("first").usable_kg == pytest.approx(100e3 - gone, rel=1e-12)
    plain = make_timeline(rocket, mission)
    assert plain.mass_without_payload_kg - timeline.mass_without_payload_kg == pytest.approx(gone, rel=1e-9)


def test_the_guidance_reserve_is_kept_from_the_last_stage_alone(rocket, mission):
    timeline = make_timeline(replace(rocket, guidance_reserve_kg=150.0), mission)
    assert timeline.burn("second").usable_kg == 20e3 - 200.0 - 150.0
    assert timeline.burn("first").usable_kg == pytest.approx(100e3)
    assert timeline.propellant_kg["second"] == 20e3


def test_a_piece_of_a_stage_cannot_leave_after_it(rocket, mission):
    piece = ring("first", EventRef("first.cutoff", 1.5))
    with pytest.raises(VehicleFileError, match=r"ring\.release would happen after first"):
        make_timeline(replace(rocket, bodies=(*rocket.bodies, piece)), mission)


def test_a_stage_cannot_leave_while_it_burns(rocket, mission):
    early = replace(mission, sequence={"first.separation_s": 0.9 * FIRST_BURN})
    with pytest.raises(MissionFileError, match=r"first\.separation would happen before its own cut-off"):
        make_timeline(rocket, early)


def test_a_throttle_with_one_position_is_flown_at_it(rocket, mission):
    weak = with_stage(rocket, "first", engine={"throttle_min": 0.9, "throttle_max": 0.9})
    first = make_timeline(weak, mission).phases[0]
    assert first.leg.propulsion.thrust == pytest.approx(0.9 * 2e6)
    assert burnt(make_timeline(weak, mission), "first") == pytest.approx(100e3, rel=1e-9)


def test_a_free_throttle_with_an_imposed_cut_off_keeps_its_propellant_row(rocket, mission):
    loose = with_stage(rocket, "first", engine={"throttle_min": 0.6, "throttle_max": 1.0})
    late = replace(mission, sequence={"first.cutoff_s": FIRST_BURN + 30.0})
    burn = make_timeline(loose, late).burn("first")
    assert burn.is_open and not burn.must_deplete


@pytest.mark.parametrize(("delay", "carried"), [(0.5, 10e3 - 240.0), (1.0, 10e3 - 240.0)])
def test_a_piece_counted_in_a_stage_leaves_it_lighter_when_it_went_first(rocket, mission, delay, carried):
    """At the separation itself both go, and each is counted once."""
    piece = ring("first", EventRef("first.cutoff", delay))
    timeline = make_timeline(replace(rocket, bodies=(*rocket.bodies, piece)), mission)
    drops = {d.id: d.mass_kg for p in timeline.phases for d in p.drops}
    assert drops["ring"] == 240.0
    assert drops["first"] == carried
    assert timeline.mass_without_payload_kg == make_timeline(rocket, mission).mass_without_payload_kg


def test_a_piece_counted_in_the_last_stage_lightens_it_only_by_its_drop(rocket, mission):
    piece = ring("second", EventRef("second.ignition", 10.0))
    timeline = make_timeline(replace(rocket, bodies=(*rocket.bodies, piece)), mission)
    assert timeline.mass_without_payload_kg == make_timeline(rocket, mission).mass_without_payload_kg
    place = next(k for k, p in enumerate(timeline.phases) if any(d.id == "ring" for d in p.drops))
    assert edges(timeline)[place + 1] == pytest.approx(FIRST_BURN + 12.0, abs=1e-9)


# --- what is told -------------------------------------------------------------------------------------


def test_each_event_is_told_once_with_its_subject(rocket, mission):
    timeline = make_timeline(rocket, mission)
    marks = [m for p in timeline.phases for m in (*p.begins_with, *p.ends_with)]
    assert [(m.code, m.subject) for m in marks] == [
        ("LIFTOFF", "first"),
        ("STAGE_1_IGNITION", "first"),
        ("PITCH_START", "first"),
        ("STAGE_1_CUTOFF", "first"),
        ("STAGE_1_SEP", "first"),
        ("STAGE_2_IGNITION", "second"),
        ("BURN_1_START", "second"),
        ("FAIRING_JETTISON", "fairing"),
        ("BURN_1_END", "second"),
        ("STAGE_2_CUTOFF", "second"),
        ("PAYLOAD_SEP", "payload"),
    ]


def test_boosters_and_cores_are_told_by_their_roles(rocket, mission):
    named = with_stage(rocket, "first", role="booster", number=None)
    codes = [m.code for p in make_timeline(named, mission).phases for m in p.begins_with]
    assert {"BOOSTER_CUTOFF", "BOOSTER_SEP"} < set(codes)
    named = with_stage(rocket, "first", role="core", number=None)
    codes = [m.code for p in make_timeline(named, mission).phases for m in p.begins_with]
    assert {"CORE_CUTOFF", "CORE_SEP"} < set(codes)


# --- no rocket is known by name -----------------------------------------------------------------------

_EVERY_ROCKET_HAS = {"fairing", "core"}


def _catalogue_ids():
    """Ids of the catalogue's vehicles, sites, and of their stages and bodies."""
    ids = set()
    for path in (SOURCES / "catalogue").rglob("*.toml"):
        ids.add(path.stem)
        ids |= set(re.findall(r'^id = "([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE))
    return ids - _EVERY_ROCKET_HAS


def _literals(path):
    """Every string of a module that is no docstring and no word to a person (help of an option)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))
        if isinstance(node, ast.keyword) and node.arg == "help":
            silent |= {id(x) for x in ast.walk(node.value)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


def test_no_code_knows_a_rocket_or_a_pad_by_name():
    ids = _catalogue_ids()
    assert {"soyuz-2.1b", "block-i", "strap-ons", "vostochny-1s", "delta-iii"} <= ids
    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in sorted(ids)))
    known = [
        (path.relative_to(SOURCES).as_posix(), text)
        for path in sorted(SOURCES.rglob("*.py"))
        for text in _literals(path)
        if pattern.search(text)
    ]
    assert known == []


def test_phases_of_different_rockets_come_from_the_same_code(rocket, mission):
    """A change of every id changes names alone."""
    renamed = replace(
        rocket,
        stages=tuple(
            replace(
                s,
                id=f"x{s.id}",
                ignition=replace(s.ignition, event=_renamed(s.ignition.event)),
                separation=s.separation and replace(s.separation, event=_renamed(s.separation.event)),
            )
            for s in rocket.stages
        ),
        bodies=tuple(replace(b, release=EventRef("xsecond.ignition", 40.0)) for b in rocket.bodies),
    )
    plain, other = make_timeline(rocket, mission), make_timeline(renamed, mission)
    assert [p.nominal_s for p in other.phases] == [p.nominal_s for p in plain.phases]
    assert [p.leg.propulsion for p in other.phases] == [p.leg.propulsion for p in plain.phases]
    assert math.isclose(other.mass_without_payload_kg, plain.mass_without_payload_kg, rel_tol=0.0)


def _renamed(event):
    return event if event == "liftoff" else f"x{event}"
