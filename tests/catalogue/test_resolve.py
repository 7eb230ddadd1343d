"""A mission held against its hardware: how many burns of the last stage are open to it, and which are refused."""

import pytest

from cosmodrome.catalogue.resolve import resolve
from cosmodrome.cli import main
from cosmodrome.errors import CosmodromeError, MissionFileError
from cosmodrome.mission.read import read_mission
from tests.rockets import MISSION, VEHICLE, write_files


def files(folder, profile="", stage="burns = 3"):
    """The path of a mission with lines in [profile], on the rocket with lines in its last stage."""
    command = 'cutoff = { rule = "command" }'
    assert command in VEHICLE
    mission = f"{MISSION}\n[profile]\n{profile}\n"
    return write_files(folder, mission, VEHICLE.replace(command, f"{command}\n{stage}"))


def burns(folder, profile="", stage="burns = 3"):
    return resolve(read_mission(files(folder, profile, stage))).burns


# --- which numbers of burns are tried -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "stage", "wanted"),
    [
        ("", "burns = 1", {1}),
        ("", "burns = 3", {1, 2}),
        ('upper_stage_burns = "auto"', "burns = 3", {1, 2}),
        ("upper_stage_burns = 1", "burns = 3", {1}),
        ("upper_stage_burns = 2", "burns = 3", {2}),
        ("upper_stage_burns = 3", "burns = 3", {3}),
    ],
)
def test_the_burns_that_are_tried_are_those_asked_for_else_one_and_two(tmp_path, profile, stage, wanted):
    found = burns(tmp_path, profile, stage)
    assert set(found) == wanted and len(found) == len(wanted)


@pytest.mark.parametrize(
    "stage",
    ["burns = 3\nslew_rate_deg_s = 2", "burns = 3\nmin_coast_s = 100", "burns = 2\nslew_rate_deg_s = 0.5"],
)
def test_where_no_coast_fits_one_burn_is_left(tmp_path, stage):
    assert burns(tmp_path, "max_coast_s = 60", stage) == (1,)


def test_a_mission_of_one_burn_does_not_mind_a_coast_that_does_not_fit(tmp_path):
    assert burns(tmp_path, "upper_stage_burns = 1\nmax_coast_s = 60", "burns = 3\nmin_coast_s = 100") == (1,)


# --- what is refused ----------------------------------------------------------------------------------

REFUSED = {
    "more burns than ignitions": (
        "upper_stage_burns = 4",
        "burns = 3",
        "profile.upper_stage_burns = 4 is more than second can do: it can be ignited 3 times",
    ),
    "a stage that is lit once": ("upper_stage_burns = 2", "burns = 1", "it can be ignited once"),
    "a coast shorter than a turn": (
        "upper_stage_burns = 2\nmax_coast_s = 60",
        "burns = 2\nslew_rate_deg_s = 2",
        "profile.max_coast_s = 60 is shorter than 90 s, which second needs between two burns",
    ),
    "a coast shorter than the stage's own": (
        "upper_stage_burns = 2\nmax_coast_s = 60",
        "burns = 2\nmin_coast_s = 100",
        "profile.max_coast_s = 60 is shorter than 100 s",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_last_stage_cannot_do_is_refused_in_one_sentence(tmp_path, name):
    profile, stage, said = REFUSED[name]
    with pytest.raises(MissionFileError) as refusal:
        burns(tmp_path, profile, stage)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "mission.toml" in str(refusal.value)


def test_a_turn_for_which_the_stage_itself_has_no_time_is_laid_to_the_stage(tmp_path):
    with pytest.raises(CosmodromeError, match=r"second\.max_coast_s = 80 .*90 s"):
        burns(tmp_path, "upper_stage_burns = 2", "burns = 2\nslew_rate_deg_s = 2\nmax_coast_s = 80")


def test_a_stage_whose_burn_time_is_set_burns_once(tmp_path):
    path = files(tmp_path, "upper_stage_burns = 2")
    rocket = tmp_path / "rocket.toml"
    rocket.write_text(rocket.read_text().replace('rule = "command"', 'rule = "time", burn_time_s = 325'))
    with pytest.raises(MissionFileError, match="its cut-off comes at a set time"):
        resolve(read_mission(path))


def test_refused_burns_are_exit_2(tmp_path, capsys):
    assert main(["check", str(files(tmp_path, "upper_stage_burns = 4"))]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "upper_stage_burns" in told
