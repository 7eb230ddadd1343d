"""When things happen: anchors and offsets, above all those of a last stage that burns several times."""

from dataclasses import replace

import pytest

from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.catalogue.schedule import Schedule
from cosmodrome.catalogue.schema import Cutoff, EventRef
from cosmodrome.errors import MissionFileError, VehicleFileError
from cosmodrome.mission.read import read_mission
from tests.catalogue.edits import FIRST_BURN, SECOND_BURN, SECOND_FLOW, with_body, with_stage
from tests.rockets import write_files

IGNITION = FIRST_BURN + 2.0


@pytest.fixture(scope="module")
def rocket(tmp_path_factory):
    """The rocket with a second stage that can be lit five times; its fairing leaves 40 s after the first of them."""
    folder = tmp_path_factory.mktemp("rocket")
    write_files(folder)
    vehicle = with_stage(load_vehicle(folder / "rocket.toml"), "second", burns=5)
    return with_body(vehicle, "fairing", release=EventRef("second.ignition", 40.0))


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    return read_mission(write_files(tmp_path_factory.mktemp("mission")))


def schedule(vehicle, mission, burns, nominal=None):
    return Schedule(vehicle, mission, nominal or {}, burns)


def told(events):
    """Codes of all marks, in the order of their events."""
    return [mark.code for event in events for mark in event.marks]


# --- names of burns -----------------------------------------------------------------------------------


def test_a_stage_that_burns_once_has_one_ignition_and_one_cut_off(rocket, mission):
    windows = schedule(rocket, mission, 1).windows(rocket.last_stage)
    assert [tuple(vars(w).values()) for w in windows] == [("second.ignition", "second.cutoff", "second.end")]


def test_of_several_burns_the_first_ignition_and_the_last_cut_off_keep_their_names(rocket, mission):
    """What the vehicle's other events refer to, and a mission may impose."""
    windows = schedule(rocket, mission, 3).windows(rocket.last_stage)
    assert [w.ignition for w in windows] == ["second.ignition", "second.ignition-2", "second.ignition-3"]
    assert [w.cutoff for w in windows] == ["second.cutoff-1", "second.cutoff-2", "second.cutoff"]
    assert [w.end for w in windows] == ["second.end-1", "second.end-2", "second.end"]


def test_only_the_last_stage_burns_several_times(rocket, mission):
    assert len(schedule(rocket, mission, 3).windows(rocket.stage("first"))) == 1


# --- anchors ------------------------------------------------------------------------------------------


def test_all_that_bounds_the_burns_but_the_first_ignition_is_free(rocket, mission):
    made = schedule(rocket, mission, 2)
    anchor, offset = made.time("second.ignition")
    assert (anchor, offset) == ("liftoff", pytest.approx(IGNITION, rel=1e-12))
    for key in ("second.cutoff-1", "second.ignition-2", "second.cutoff"):
        assert made.time(key) == (key, 0.0)


def test_a_stage_that_burns_several_times_need_not_empty_itself_in_the_first(rocket, mission):
    """With one burn depletion fixes the cut-off."""
    emptied = with_stage(rocket, "second", cutoff=Cutoff("depletion"))
    assert schedule(emptied, mission, 1).time("second.cutoff")[0] == "liftoff"
    assert schedule(emptied, mission, 2).time("second.cutoff-1") == ("second.cutoff-1", 0.0)


def test_a_mission_may_impose_the_last_cut_off(rocket, mission):
    imposed = replace(mission, sequence={"second.cutoff_s": 4000.0})
    made = schedule(rocket, imposed, 2)
    assert made.time("second.cutoff") == ("liftoff", 4000.0)
    assert made.time("second.ignition-2") == ("second.ignition-2", 0.0)


def test_what_follows_the_cut_off_follows_the_last_one(rocket, mission):
    separating = with_stage(rocket, "second", separation=EventRef("second.cutoff", 5.0))
    waiting = replace(mission, profile=replace(mission.profile, separation_delay_s=10.0))
    assert schedule(separating, waiting, 3).time("second.separation") == ("second.cutoff", 5.0)
    final = schedule(separating, waiting, 3).events()[-1]
    assert (final.key, final.anchor, final.offset) == ("payload.separation", "second.cutoff", 10.0)


def test_an_event_of_a_cycle_is_refused(rocket, mission):
    turning = with_stage(rocket, "second", ignition=EventRef("second.separation", 1.0))
    turning = with_stage(turning, "second", separation=EventRef("second.ignition", 1.0))
    with pytest.raises(VehicleFileError, match="refers to itself"):
        schedule(turning, mission, 2).events()


# --- clocks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("burns", [1, 2, 4])
def test_while_nothing_is_known_the_propellant_is_expected_to_go_in_equal_burns(rocket, mission, burns):
    made = schedule(rocket, mission, burns)
    windows = made.windows(rocket.last_stage)
    lengths = [made.clock(made.event(w.cutoff)) - made.clock(made.event(w.ignition)) for w in windows]
    assert lengths == pytest.approx([SECOND_BURN / burns] * burns, rel=1e-12)
    times = [made.clock(made.event(key)) for w in windows for key in (w.ignition, w.cutoff)]
    assert times == sorted(times)


def test_no_burn_is_expected_to_be_longer_than_it_may_be(rocket, mission):
    short = with_stage(rocket, "second", cutoff=Cutoff("command", None, 0.0, 100.0))
    made = schedule(short, mission, 2)
    for window in made.windows(short.last_stage):
        begin, end = made.clock(made.event(window.ignition)), made.clock(made.event(window.cutoff))
        assert end - begin == pytest.approx(100.0, rel=1e-12)


def test_what_is_known_of_a_free_event_is_believed(rocket, mission):
    known = {"second.cutoff-1": 500.0, "second.ignition-2": 3000.0, "second.cutoff": 3030.0}
    made = schedule(rocket, mission, 2, known)
    assert {key: made.clock(made.event(key)) for key in known} == known


@pytest.mark.parametrize("cutoff_s", [900.0, 1500.0, 20000.0])
def test_an_imposed_last_cut_off_is_after_all_earlier_burns_whenever_there_is_room(rocket, mission, cutoff_s):
    """Whatever coast is typical: 900 s leave two burns of 130 s and a coast of eight minutes."""
    imposed = replace(mission, sequence={"second.cutoff_s": cutoff_s})
    short = with_stage(rocket, "second", cutoff=Cutoff("command", None, 0.0, 130.0))
    keys = [event.key for event in schedule(short, imposed, 2).events()]
    mine = ["second.ignition", "second.cutoff-1", "second.ignition-2", "second.cutoff"]
    assert [key for key in keys if key in mine] == mine


# --- events -------------------------------------------------------------------------------------------


def test_each_burn_is_told_by_its_number_in_order(rocket, mission):
    events = schedule(rocket, mission, 3).events()
    assert [code for code in told(events) if code.startswith(("BURN", "STAGE_2"))] == [
        "STAGE_2_IGNITION",
        "BURN_1_START",
        "BURN_1_END",
        "BURN_2_START",
        "BURN_2_END",
        "BURN_3_START",
        "BURN_3_END",
        "STAGE_2_CUTOFF",
    ]
    assert told(events)[-1] == "PAYLOAD_SEP"


def test_every_burn_throttles_and_tails_off_by_the_clock_of_its_own_ignition(rocket, mission):
    engine = {"throttle_profile": ((0.0, 0.9), (30.0, 0.5)), "tail_off_impulse_n_s": 40e3}
    stepped = with_stage(rocket, "second", engine=engine)
    made = schedule(stepped, mission, 2)
    events = {event.key: made.clock(event) for event in made.events()}
    for window in made.windows(stepped.last_stage):
        assert events[f"{window.ignition}.throttle-1"] == pytest.approx(events[window.ignition] + 30.0)
        # 40 kN s under a line that falls from half of 200 kN
        assert events[window.end] == pytest.approx(events[window.cutoff] + 0.8, rel=1e-9)
    assert events["insertion"] == events["second.end"]


def test_a_throttle_step_that_a_short_burn_does_not_reach_does_not_happen(rocket, mission):
    engine = {"throttle_profile": ((0.0, 0.9), (30.0, 0.5))}
    stepped = with_stage(rocket, "second", engine=engine)
    known = {"second.cutoff-1": IGNITION + 300.0, "second.ignition-2": 3000.0, "second.cutoff": 3020.0}
    keys = [event.key for event in schedule(stepped, mission, 2, known).events()]
    assert "second.ignition.throttle-1" in keys
    assert "second.ignition-2.throttle-1" not in keys


def test_an_imposed_cut_off_before_the_first_ignition_is_refused_in_one_sentence(rocket, mission):
    imposed = replace(mission, sequence={"second.cutoff_s": 100.0})
    with pytest.raises(MissionFileError, match="sequence imposes times that do not fit") as refusal:
        schedule(rocket, imposed, 2).events()
    assert "\n" not in str(refusal.value)


def test_the_longest_burn_empties_the_tank_tail_off_and_all(rocket, mission):
    engine = {"throttle_profile": ((0.0, 1.0), (100.0, 0.5)), "tail_off_impulse_n_s": 20e3}
    stage = with_stage(rocket, "second", engine=engine)
    longest = schedule(stage, mission, 1).longest_burn(stage.last_stage)
    # 100 s at full flow, the rest at half, and half the flow through a tail-off of 0.4 s that is half as long in effect
    burnt = SECOND_FLOW * (100.0 + 0.5 * (longest - 100.0) + 0.5 * 0.5 * 0.4)
    assert burnt == pytest.approx(19.8e3, rel=1e-12)
