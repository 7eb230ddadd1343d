"""The verbs that fly, from file to outcome and run folder: plan, fly it again, fly an attitude program, say no."""

import json
import math
from dataclasses import replace
from importlib import resources
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from cosmodrome.cli import main
from cosmodrome.errors import MissionFileError
from cosmodrome.flight.liftoff import ltan_of
from cosmodrome.flight.programme import Programme
from cosmodrome.flight.propagate import fly as fly_programme
from cosmodrome.mission.read import read_mission
from cosmodrome.physics.frames import angles_from_direction, place
from cosmodrome.reporting.folder import json_text, read_run_folder
from cosmodrome.run import fly, run
from tests.rockets import MISSION, write_files

EXAMPLE = Path(__file__).parents[1] / "examples" / "vostochny-leo.toml"
FLUX = "[limits]\nfairing_heat_flux_w_m2 = 1135\n"


def quiet(text):
    """A progress line that nobody watches."""


def checked(result):
    """The record as JSON has it, valid by the committed schema."""
    record = json.loads(json_text(result))
    text = resources.files("cosmodrome").joinpath("schemas", "result.schema.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(json.loads(text)).validate(record)
    return record


@pytest.fixture(scope="module")
def outcome():
    return run(EXAMPLE, quiet)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The run folder that the command line leaves for the example, without pictures."""
    target = tmp_path_factory.mktemp("runs") / "leo"
    assert main(["plan", str(EXAMPLE), "-o", str(target), "--json"]) == 0
    return target


def test_a_flown_plan_is_exported_and_its_folder_holds_the_files(outcome, folder):
    assert set(outcome.texts) == {"report.html", "ephemeris.oem", "scene.czml", "track.kml"}
    written = {name: (folder / name).read_text(encoding="utf-8") for name in outcome.texts}
    # the same plan again: the only difference is when the message was made
    assert written["scene.czml"] == outcome.texts["scene.czml"]
    assert written["report.html"].startswith("<!DOCTYPE html>")
    assert written["ephemeris.oem"].startswith("CCSDS_OEM_VERS = 2.0")


def test_a_verified_plan_is_an_outcome_of_code_zero(outcome):
    record = checked(outcome.result)
    assert outcome.exit_code == 0
    assert record["status"] == "verified"
    assert record["payload_kg"] > 8000.0
    assert record["liftoff_mass_kg"] == pytest.approx(outcome.columns["mass_kg"][0], rel=1e-12)
    assert record["final_mass_kg"] == pytest.approx(outcome.columns["mass_kg"][-1], rel=1e-9)


def test_the_columns_are_the_flight_from_the_pad_to_the_orbit(outcome):
    c = outcome.columns
    assert len({len(column) for column in c.values()}) == 1
    assert (np.diff(c["t_s"]) >= 0.0).all()
    assert abs(c["altitude_m"][0] - 200.0) < 1500.0
    assert c["speed_relative_m_s"][0] == pytest.approx(0.0, abs=1e-6)
    u = np.stack([c["u_eci_x"], c["u_eci_y"], c["u_eci_z"]], axis=1)
    assert np.linalg.norm(u, axis=1) == pytest.approx(np.ones(len(u)), abs=1e-9)
    end = [outcome.result["insertion"]["r_eci_m"][i] for i in range(3)]
    last = [c[f"r_eci_{axis}_m"][-1] for axis in "xyz"]
    assert last == pytest.approx(end, abs=1e-3)


def test_the_programme_of_an_outcome_flies_to_the_same_end(outcome):
    flight = fly_programme(Programme.from_json(outcome.programme))
    assert list(flight.insertion.r_eci_m) == outcome.result["insertion"]["r_eci_m"]
    assert list(flight.insertion.v_eci_m_s) == outcome.result["insertion"]["v_eci_m_s"]


def test_nothing_in_a_result_depends_on_the_hour(outcome):
    """Two runs differ in their timing alone."""
    again = run(EXAMPLE, quiet)
    ours, theirs = (dict(checked(o.result)) for o in (outcome, again))
    ours.pop("timing_s"), theirs.pop("timing_s")
    assert theirs == ours
    assert again.programme == outcome.programme


# --- fly --plan ---------------------------------------------------------------------------------------


def test_a_plan_flown_again_is_the_same_flight_bit_for_bit(folder):
    planned, columns, programme = read_run_folder(folder)
    flown = fly(EXAMPLE, folder, quiet)
    assert flown.exit_code == 0
    assert flown.programme == programme
    assert set(flown.columns) == set(columns)
    for name, column in columns.items():
        assert np.array_equal(flown.columns[name], column, equal_nan=column.dtype.kind == "f"), name
    record = checked(flown.result)
    for key in ("payload_kg", "insertion", "events", "burns", "stages", "delta_v_m_s", "drop_points"):
        assert record[key] == planned[key], key


def test_a_local_time_that_an_epoch_fixes_is_met_again(tmp_path):
    """It holds at the insertion, whose time the mission file does not tell: at lift-off the node is elsewhere."""
    text = MISSION.replace("[target]", "epoch_utc = 2027-04-15T12:00:00Z\n\n[target]") + FLUX
    mission = write_files(tmp_path, text)
    free = run(mission, quiet).result["insertion"]
    ltan_h = ltan_of(
        math.radians(free["ra_of_asc_node_deg"]), read_mission(mission).epoch_utc, free["t_s"] + 30.0
    )
    mission.write_text(text.replace("inclination_deg = 30", f"inclination_deg = 30\nltan_h = {ltan_h}"))
    plan = tmp_path / "plan"
    assert main(["plan", str(mission), "-o", str(plan), "--json"]) == 0
    assert fly(mission, plan, quiet).result["status"] == "verified"


def test_the_command_line_repeats_a_flight_into_another_folder(folder, tmp_path, capsys):
    again = tmp_path / "again"
    assert main(["fly", str(EXAMPLE), "--plan", str(folder), "-o", str(again), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["insertion"] == json.loads((folder / "result.json").read_text())["insertion"]
    assert (again / "mission.toml").read_bytes() == EXAMPLE.read_bytes()


def test_a_plan_of_another_mission_is_refused(folder, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(EXAMPLE.read_text().replace("inclination_deg = 51.7", "inclination_deg = 64"))
    with pytest.raises(MissionFileError):
        fly(other, folder, quiet)


def test_a_flight_without_plan_or_attitude_program_is_refused():
    with pytest.raises(MissionFileError, match="give an attitude program, or a run folder with --plan"):
        fly(EXAMPLE, None, quiet)


# --- an attitude program ------------------------------------------------------------------------------


def attitude_rows(columns, theta_environment):
    """Rows t_s,pitch_deg,azimuth_deg of a flight's thrust axis over the local horizon."""
    rows, last = [], -1.0
    keys = ("r_eci_x_m", "r_eci_y_m", "r_eci_z_m", "u_eci_x", "u_eci_y", "u_eci_z")
    azimuth = None
    for t, *values in zip(columns["t_s"], *(columns[k] for k in keys), strict=True):
        if t <= last + 0.05:
            continue
        last = float(t)
        pitch, towards = angles_from_direction(
            tuple(values[3:]), place(tuple(values[:3]), theta_environment.earth)
        )
        # straight up the azimuth means nothing: what comes next is held
        azimuth = math.degrees(towards) if pitch < math.radians(89.99) or azimuth is None else azimuth
        rows.append(f"{last:.6f},{math.degrees(pitch):.9f},{azimuth % 360.0:.9f}")
    return rows


@pytest.fixture(scope="module")
def by_attitude(outcome, tmp_path_factory):
    """The example's flight told as pitch and azimuth, flown with its own times of events."""
    folder = tmp_path_factory.mktemp("attitude")
    programme = Programme.from_json(outcome.programme)
    c = outcome.columns
    rows = attitude_rows(c, programme.environment)
    rows.append(f"{c['t_s'][-1] + 5.0:.6f}," + rows[-1].partition(",")[2])
    (folder / "attitude.csv").write_text("t_s,pitch_deg,azimuth_deg\n" + "\n".join(rows) + "\n")
    events = {e["code"]: e["t_s"] for e in outcome.result["events"]}
    text = EXAMPLE.read_text().replace(
        'maximize = "payload"', f'maximize = "margin"\npayload_kg = {outcome.result["payload_kg"]!r}'
    )
    text = text.replace("[profile]", '[profile]\nattitude_program = "attitude.csv"')
    # a millisecond early: the time is rounded, the tank is not
    text += f'\n[sequence]\n"block-i.cutoff_s" = {events["BURN_1_END"] - 1e-3!r}\n'
    path = folder / "mission.toml"
    path.write_text(text)
    return fly(path, None, quiet), path


def test_an_attitude_program_flies_nearly_as_the_plan_it_was_taken_from(outcome, by_attitude):
    """Pitch and azimuth a second apart, joined by straight lines, are not the plan's polynomials, but close."""
    record = checked(by_attitude[0].result)
    assert record["diagnosis"] is None or record["diagnosis"]["code"] in ("gap-too-large", "limit-broken")
    ours, theirs = record["insertion"], outcome.result["insertion"]
    assert ours["t_s"] == pytest.approx(theirs["t_s"], abs=0.01)
    assert np.linalg.norm(np.subtract(ours["r_eci_m"], theirs["r_eci_m"])) < 20e3
    assert np.linalg.norm(np.subtract(ours["v_eci_m_s"], theirs["v_eci_m_s"])) < 40.0
    assert ours["inclination_deg"] == pytest.approx(51.7, abs=0.1)


def test_an_attitude_program_releases_the_fairing_where_the_air_is_thin(outcome, by_attitude):
    release, planned = (
        next(e["t_s"] for e in r["events"] if e["code"] == "FAIRING_JETTISON")
        for r in (by_attitude[0].result, outcome.result)
    )
    assert release == pytest.approx(planned, abs=3.0)
    c = by_attitude[0].columns
    assert c["heat_flux_w_m2"][c["t_s"] > release].max() <= 1135.0 * 1.001


def test_a_flight_by_attitude_that_misses_says_so_with_code_one(by_attitude):
    flown, _ = by_attitude
    is_verified = flown.result["status"] == "verified"
    assert flown.exit_code == (0 if is_verified else 1)
    assert (flown.result["diagnosis"] is None) == is_verified
    assert flown.result["verification"] is None


def test_an_attitude_program_needs_a_payload(by_attitude, tmp_path):
    _, path = by_attitude
    text = "\n".join(
        line for line in path.read_text().splitlines() if not line.startswith(("payload_kg", "maximize"))
    )
    bare = path.parent / "bare.toml"
    bare.write_text(text)
    with pytest.raises(MissionFileError, match="payload_kg"):
        fly(bare, None, quiet)


def test_an_attitude_program_that_ends_before_the_engines_do_is_refused(by_attitude):
    _, path = by_attitude
    short = path.parent / "short.csv"
    lines = (path.parent / "attitude.csv").read_text().splitlines()
    short.write_text("\n".join(lines[: len(lines) // 2]) + "\n")
    mission = path.parent / "short.toml"
    mission.write_text(path.read_text().replace("attitude.csv", "short.csv"))
    with pytest.raises(MissionFileError, match="but the engines burn until"):
        fly(mission, None, quiet)


# --- honest negatives ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload_kg", "code"), [(400_000, "thrust-to-weight-below-one"), (4000, "insufficient-delta-v")]
)
def test_an_infeasible_mission_leaves_a_result_without_a_flight(tmp_path, payload_kg, code):
    text = MISSION + FLUX + f'[objective]\nmaximize = "margin"\npayload_kg = {payload_kg}\n'
    outcome = run(write_files(tmp_path, text), quiet)
    record = checked(outcome.result)
    assert (outcome.exit_code, record["status"], record["diagnosis"]["code"]) == (1, "infeasible", code)
    assert outcome.columns == {} and outcome.programme == ""
    for key in ("payload_kg", "insertion", "delta_v_m_s", "verification"):
        assert record[key] is None, key
    assert record["events"] == record["burns"] == record["drop_points"] == []
    assert record["diagnosis"]["nearest_feasible"]["payload_kg"] > 0.0


def test_a_run_folder_of_an_infeasible_mission_has_nothing_to_fly(tmp_path, capsys):
    text = MISSION + FLUX + '[objective]\nmaximize = "margin"\npayload_kg = 400000\n'
    path = write_files(tmp_path, text)
    folder = tmp_path / "no"
    assert main(["plan", str(path), "-o", str(folder), "--json"]) == 1
    assert checked(json.loads(capsys.readouterr().out))["status"] == "infeasible"
    assert json.loads((folder / "result.json").read_text())["status"] == "infeasible"
    with pytest.raises(MissionFileError, match="holds no flight to repeat: its status is infeasible"):
        fly(path, folder, quiet)


def test_what_a_mission_asks_for_changes_the_hash_of_its_inputs(outcome, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(EXAMPLE.read_text().replace("apogee_altitude_km = 240", "apogee_altitude_km = 241"))
    changed = run(other, quiet)
    assert changed.result["manifest"]["inputs_sha256"] != outcome.result["manifest"]["inputs_sha256"]


def test_the_name_of_a_mission_is_no_input(outcome, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(EXAMPLE.read_text().replace('name = "Vostochny LEO"', 'name = "Another name"'))
    renamed = run(other, quiet)
    assert renamed.result["manifest"] == outcome.result["manifest"]
    assert renamed.result["payload_kg"] == outcome.result["payload_kg"]


def test_a_mission_as_python_reads_it_can_be_asked_with_another_target(outcome):
    from cosmodrome import plan

    mission = read_mission(EXAMPLE)
    higher = mission.with_target(semi_major_axis_m=mission.target.semi_major_axis_m + 30e3)
    found = plan(replace(higher, name="Higher"))
    assert found.status == "verified"
    assert found.payload_kg < outcome.result["payload_kg"]
