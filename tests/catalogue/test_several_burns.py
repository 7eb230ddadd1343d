"""Timelines of a last stage that burns several times: its phases, what ties them, and what they share.

The second stage of `tests.rockets` burns its 19.8 t in two or three burns.
"""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.catalogue.phases import coast_bounds, make_timeline
from cosmodrome.catalogue.schema import Cutoff, EventRef
from cosmodrome.mission.read import read_mission
from tests.catalogue.edits import FIRST_BURN, SECOND_FLOW, burnt, impulse, with_body, with_stage
from tests.rockets import write_files


@pytest.fixture(scope="module")
def rocket(tmp_path_factory):
    """The rocket with a second stage that can be lit three times; its fairing leaves early in the first burn."""
    folder = tmp_path_factory.mktemp("rocket")
    write_files(folder)
    vehicle = with_stage(load_vehicle(folder / "rocket.toml"), "second", burns=3)
    return with_body(vehicle, "fairing", release=EventRef("second.ignition", 40.0))


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    return read_mission(write_files(tmp_path_factory.mktemp("mission")))


def tie(timeline, name):
    (found,) = [t for t in timeline.ties if t.name == name]
    return found


def nominal(timeline, phases):
    return sum(timeline.phases[k].nominal_s for k in phases)


# --- phases -------------------------------------------------------------------------------------------


def test_two_burns_are_a_burn_a_coast_and_a_burn(rocket, mission):
    timeline = make_timeline(rocket, mission, burns=2)
    ids = [phase.id for phase in timeline.phases]
    assert ids == ["first", "first", "coast", "coast", "second", "second", "coast", "second"]
    assert timeline.burns[-1].windows == ((4, 5), (7,))
    assert timeline.free == {"second.cutoff-1": 5, "second.ignition-2": 6, "second.cutoff": 7}
    assert timeline.insertion == 7


@pytest.mark.parametrize("burns", [1, 2, 3])
def test_the_windows_of_a_stage_are_the_phases_in_which_it_burns(rocket, mission, burns):
    engine = {"throttle_profile": ((0.0, 1.0), (20.0, 0.6)), "tail_off_impulse_n_s": 60e3}
    timeline = make_timeline(with_stage(rocket, "second", engine=engine), mission, burns=burns)
    burn = timeline.burns[-1]
    assert len(burn.windows) == burns
    lit = [k for k, p in enumerate(timeline.phases) if any(f.stage == "second" for f in p.flows)]
    assert list(burn.phases) == lit
    for before, after in pairwise(burn.windows):
        between = timeline.phases[before[-1] + 1 : after[0]]
        assert between and not any(phase.is_burning for phase in between)


def test_what_a_coast_lacks_is_an_engine_and_a_free_axis(rocket, mission):
    timeline = make_timeline(rocket, mission, burns=2)
    coast, burning = timeline.phases[6], timeline.phases[7]
    assert not (coast.is_steered or coast.is_fixed or coast.flows)
    assert coast.leg.propulsion.thrust == coast.leg.propulsion.flow == 0.0
    assert burning.is_steered and not burning.is_fixed


@pytest.mark.parametrize("burns", [2, 3])
def test_every_burn_runs_through_its_own_throttle_profile_and_tail_off(rocket, mission, burns):
    engine = {"throttle_profile": ((0.0, 0.9), (20.0, 0.5)), "tail_off_impulse_n_s": 60e3}
    timeline = make_timeline(with_stage(rocket, "second", engine=engine), mission, burns=burns)
    for window in timeline.burns[-1].windows:
        steady = [k for k in window if timeline.phases[k].leg.propulsion.thrust_rate == 0.0]
        (tail,) = [k for k in window if k not in steady]
        early = [k for k in steady if timeline.phases[k].leg.propulsion.thrust == pytest.approx(180e3)]
        late = [k for k in steady if timeline.phases[k].leg.propulsion.thrust == pytest.approx(100e3)]
        assert early + late == steady and early and late and tail == window[-1]
        assert nominal(timeline, early) == pytest.approx(20.0, abs=1e-9)
        assert all(timeline.phases[k].is_fixed for k in (*early, tail))
        assert impulse(timeline, [tail]) == pytest.approx(60e3, rel=1e-12)


@pytest.mark.parametrize("burns", [1, 2, 3])
def test_all_burns_draw_from_one_tank(rocket, mission, burns):
    timeline = make_timeline(rocket, mission, burns=burns)
    assert timeline.burns[-1].usable_kg == pytest.approx(19.8e3, rel=1e-12)
    # nothing is known yet: the nominal burns empty it together
    assert burnt(timeline, "second") == pytest.approx(19.8e3, rel=1e-12)
    assert timeline.propellant_kg["second"] == 20e3
    assert timeline.inert_kg == pytest.approx(make_timeline(rocket, mission).inert_kg, rel=1e-12)


def test_a_release_may_fall_into_a_coast(rocket, mission):
    late = with_body(rocket, "fairing", release=EventRef("second.ignition", 1000.0))
    timeline = make_timeline(late, mission, burns=2)
    (k,) = [k for k, p in enumerate(timeline.phases) if any(d.id == "fairing" for d in p.drops)]
    assert timeline.phases[k].id == timeline.phases[k + 1].id == "coast"
    first, second = timeline.burns[-1].windows
    assert tie(timeline, "second.coast-1").phases == tuple(range(first[-1] + 1, second[0])) == (k, k + 1)


def test_burns_in_a_row_are_told_in_time(rocket, mission):
    timeline = make_timeline(rocket, mission, burns=3)
    marks = [m for p in timeline.phases for m in p.begins_with] + list(timeline.phases[-1].ends_with)
    codes = [m.code for m in marks if m.code.startswith("BURN")]
    assert codes == [f"BURN_{j}_{what}" for j in (1, 2, 3) for what in ("START", "END")]
    assert [m.code for m in timeline.phases[-1].ends_with] == ["BURN_3_END", "STAGE_2_CUTOFF", "PAYLOAD_SEP"]


# --- what ties durations ------------------------------------------------------------------------------


def test_every_burn_is_bounded_to_its_command_and_all_of_them_together(rocket, mission):
    """A tail-off of 0.6 s comes on top of what is commanded, once in each burn."""
    bounded = with_stage(
        rocket,
        "second",
        cutoff=Cutoff("command", None, 5.0, 250.0),
        max_total_burn_s=270.0,
        engine={"tail_off_impulse_n_s": 60e3},
    )
    timeline = make_timeline(bounded, mission, burns=2)
    for j, window in enumerate(timeline.burns[-1].windows, start=1):
        found = tie(timeline, f"second.burn-{j}")
        assert found.phases == window
        assert (found.lower_s, found.upper_s) == pytest.approx((5.6, 250.6), rel=1e-12)
    together = tie(timeline, "second.burns")
    assert together.phases == timeline.burns[-1].phases
    assert (together.lower_s, together.upper_s) == pytest.approx((0.0, 271.2), rel=1e-12)


def test_without_bounds_a_burn_has_its_tail_off_at_least_and_no_sum(rocket, mission):
    timeline = make_timeline(rocket, mission, burns=2)
    assert (tie(timeline, "second.burn-1").lower_s, tie(timeline, "second.burn-2").upper_s) == (0.0, math.inf)
    assert not [t for t in timeline.ties if t.name == "second.burns"]


@pytest.mark.parametrize(
    ("stage", "longest_s", "wanted"),
    [
        ({}, 21600.0, (0.0, 21600.0)),
        ({"min_coast_s": 45.0}, 21600.0, (45.0, 21600.0)),
        # half a turn at two degrees a second
        ({"min_coast_s": 45.0, "slew_rate_rad_s": math.radians(2.0)}, 21600.0, (90.0, 21600.0)),
        ({"min_coast_s": 120.0, "slew_rate_rad_s": math.radians(2.0)}, 21600.0, (120.0, 21600.0)),
        ({"max_coast_s": 5400.0}, 21600.0, (0.0, 5400.0)),
        ({"max_coast_s": 5400.0}, 3000.0, (0.0, 3000.0)),
    ],
)
def test_a_coast_is_as_long_as_stage_and_mission_allow_both(rocket, mission, stage, longest_s, wanted):
    vehicle = with_stage(rocket, "second", **stage)
    asked = replace(mission, profile=replace(mission.profile, max_coast_s=longest_s))
    assert coast_bounds(vehicle.last_stage, asked) == pytest.approx(wanted, rel=1e-12)
    timeline = make_timeline(vehicle, asked, burns=3)
    for j in (1, 2):
        found = tie(timeline, f"second.coast-{j}")
        assert (found.lower_s, found.upper_s) == pytest.approx(wanted, rel=1e-12)
        assert not any(timeline.phases[k].is_burning for k in found.phases)


def test_one_burn_has_no_coast_to_bound(rocket, mission):
    bounded = with_stage(rocket, "second", max_coast_s=100.0, min_coast_s=90.0)
    assert not [t for t in make_timeline(bounded, mission).ties if "coast" in t.name]


def test_an_imposed_last_cut_off_holds_the_sum_of_all_burns_and_coasts(rocket, mission):
    imposed = replace(mission, sequence={"second.cutoff_s": 4000.0})
    timeline = make_timeline(rocket, imposed, burns=2)
    assert set(timeline.free) == {"second.cutoff-1", "second.ignition-2"}
    found = tie(timeline, "second.cutoff")
    # from the fairing's release, the last event that hangs on lift-off, to the cut-off
    wanted = 4000.0 - (FIRST_BURN + 2.0 + 40.0)
    assert (found.lower_s, found.upper_s) == pytest.approx((wanted, wanted), rel=1e-12)
    assert found.phases == (5, 6, 7)
    assert nominal(timeline, range(timeline.insertion + 1)) == pytest.approx(4000.0, rel=1e-12)


def test_a_stage_that_must_empty_itself_does_so_over_all_its_burns(rocket, mission):
    emptied = with_stage(rocket, "second", cutoff=Cutoff("depletion"))
    burn = make_timeline(emptied, mission, burns=2).burns[-1]
    assert burn.is_open and burn.must_deplete
    assert burn.usable_kg == pytest.approx(19.8e3, rel=1e-12)


def test_the_known_times_of_burns_make_their_nominal_lengths(rocket, mission):
    times = {"second.cutoff-1": 400.0, "second.ignition-2": 3100.0, "second.cutoff": 3112.0}
    timeline = make_timeline(rocket, mission, times, burns=2)
    first, second = timeline.burns[-1].windows
    assert nominal(timeline, first) == pytest.approx(400.0 - FIRST_BURN - 2.0, rel=1e-12)
    assert nominal(timeline, tie(timeline, "second.coast-1").phases) == pytest.approx(2700.0, rel=1e-12)
    assert nominal(timeline, second) == pytest.approx(12.0, rel=1e-12)
    spent = SECOND_FLOW * (400.0 - FIRST_BURN - 2.0 + 12.0)
    assert burnt(timeline, "second") == pytest.approx(spent, rel=1e-12)
