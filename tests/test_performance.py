"""The verb `performance` with the real planner: truths of a curve, agreement with single plans, workers, interrupts."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import cosmodrome
from cosmodrome.ascent.plan import plan
from cosmodrome.cli import main
from cosmodrome.mission.read import read_mission
from tests.rockets import MISSION, write_files

INCLINATIONS = "target.inclination_deg=15:60:4"
ALTITUDES = "target.altitude_km=200:350:3"


@pytest.fixture
def mission(tmp_path):
    return write_files(tmp_path)


def survey(capsys, mission, *arguments):
    """The record that the command writes to stdout, and its exit code."""
    capsys.readouterr()
    code = main(["performance", str(mission), *arguments, "--json"])
    return json.loads(capsys.readouterr().out), code


@pytest.fixture(scope="module")
def curve(tmp_path_factory):
    """Payload over inclination and altitude, by one worker."""
    return cosmodrome.performance(write_files(tmp_path_factory.mktemp("one")), [INCLINATIONS, ALTITUDES])


def test_higher_and_more_inclined_orbits_cost_payload(curve):
    assert curve.is_sound
    assert curve.payload_kg.shape == (4, 3)
    assert (np.diff(curve.payload_kg, axis=0) < 0.0).all()
    assert (np.diff(curve.payload_kg, axis=1) < 0.0).all()


def test_a_point_of_a_survey_is_what_a_plan_of_it_says(curve, tmp_path):
    text = MISSION.replace("perigee_altitude_km = 200", "perigee_altitude_km = 275")
    text = text.replace("apogee_altitude_km = 240", "apogee_altitude_km = 275").replace("= 30", "= 45")
    alone = plan(read_mission(write_files(tmp_path, text)))
    # the promise of the documentation; two starts agree far better
    assert curve.payload_kg[2, 1] == pytest.approx(alone.payload_kg, rel=1e-4)
    (point,) = (p for p in curve.points if p.cell == (2, 1))
    assert point.values == (45.0, 275.0)
    assert point.position_gap_m < 100.0


def test_the_columns_are_the_points(curve):
    columns = curve.to_columns()
    assert {len(column) for column in columns.values()} == {12}
    assert columns["target.altitude_km"][:3] == [200.0, 275.0, 350.0]
    assert columns["payload_kg"] == list(curve.payload_kg.ravel())


def test_a_kilogram_of_the_last_stage_is_a_kilogram_of_payload(mission):
    found = cosmodrome.performance(mission, ["vehicle.second.dry_mass_kg=2000:2300:3"])
    masses = np.array(found.axes[0].values)
    # nothing in the flight can tell one from the other; what is left is the solver's tolerance
    assert found.payload_kg + masses == pytest.approx(found.payload_kg[0] + masses[0], abs=1e-2)


def test_a_unit_changes_nothing(mission):
    one = cosmodrome.performance(mission, ["target.altitude_km=200,250"])
    other = cosmodrome.performance(mission, ["target.altitude_m=200e3,250e3"])
    assert other.payload_kg == pytest.approx(one.payload_kg, rel=1e-5)


def test_what_cannot_fly_is_an_honest_no_with_its_cause(capsys, mission, tmp_path):
    record, code = survey(
        capsys,
        mission,
        "--vary",
        "vehicle.first.dry_mass_t=10,200",
        "--workers",
        "1",
        "-o",
        str(tmp_path / "out"),
    )
    assert code == 0
    assert [p["status"] for p in record["points"]] == ["verified", "infeasible"]
    assert record["points"][1]["code"] == "thrust-to-weight-below-one"
    record, code = survey(
        capsys,
        mission,
        "--vary",
        "vehicle.first.dry_mass_t=200,300",
        "--workers",
        "1",
        "-o",
        str(tmp_path / "none"),
    )
    assert code == 1


def test_the_number_of_workers_changes_nothing_and_a_finished_survey_is_only_read(
    capsys, curve, mission, tmp_path
):
    folder = tmp_path / "two"
    options = ("--vary", INCLINATIONS, "--vary", ALTITUDES, "-o", str(folder))
    record, code = survey(capsys, mission, *options, "--workers", "2")
    assert code == 0
    # what the documentation promises
    assert [p["payload_kg"] for p in record["points"]] == pytest.approx(
        list(curve.payload_kg.ravel()), rel=1e-4
    )
    begun = (folder / "points.jsonl").read_bytes()
    again, code = survey(capsys, mission, *options, "--resume")
    assert code == 0
    assert again["points"] == record["points"]
    assert (folder / "points.jsonl").read_bytes() == begun
    assert json.loads((folder / "performance.json").read_text()) == again


def test_a_changed_mission_vehicle_or_variation_is_not_gone_on_with(capsys, mission, tmp_path):
    grounded = "vehicle.first.dry_mass_t=200,300"  # answered without a flight
    folder = str(tmp_path / "out")
    survey(capsys, mission, "--vary", grounded, "-o", folder)
    for vary, text, vehicle in (
        ("vehicle.first.dry_mass_t=200,301", None, None),
        (grounded, ("= 30", "= 31"), None),
        (grounded, None, ("count = 2", "count = 4")),
    ):
        write_files(mission.parent)
        for path, change in ((mission, text), (mission.with_name("rocket.toml"), vehicle)):
            if change:
                path.write_text(path.read_text().replace(*change))
        record, code = survey(capsys, mission, "--vary", vary, "-o", folder, "--resume")
        assert code == 2
        assert "has changed since" in record["message"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--vary"),
        (["--vary", "target.altitude_km"], "KEY=FROM:TO:POINTS"),
        (["--vary", "target.altitude_km=200:300:1"], "from 2"),
        (["--vary", "target.altitud_km=200:300:3"], "altitude_km"),
        (["--vary", "target.altitude_km=200,300", "--workers", "0"], "workers"),
        (["--vary", "target.altitude_km=200,300", "--resume"], "holds no survey"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(
    capsys, mission, tmp_path, monkeypatch, arguments, words
):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    record, code = survey(capsys, mission, *arguments)
    assert (code, record["format"]) == (2, "cosmodrome-error/1")
    assert words in record["message"]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupt_keeps_what_was_found_and_it_is_gone_on_with(mission, tmp_path, workers, capsys):
    folder = tmp_path / "out"
    options = ["--vary", "target.inclination_deg=15:40:16", "-o", str(folder), "--workers", workers]
    command = [sys.executable, "-m", "cosmodrome.cli", "performance", str(mission), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        journal = folder / "points.jsonl"
        while process.poll() is None and not (journal.exists() and journal.read_bytes().count(b"\n") > 4):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130
    assert told.strip().splitlines()[-1].startswith("Interrupted;")
    kept = journal.read_bytes().splitlines()[1:]
    assert 4 <= len(kept) < 16
    assert f"{len(kept)} of 16 points are kept in {folder}" in told
    record, code = survey(capsys, mission, *options, "--resume")
    assert code == 0
    assert journal.read_bytes().splitlines()[1 : len(kept) + 1] == kept
    assert record["counts"]["verified"] == 16
