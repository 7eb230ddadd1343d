"""The command line: verbs, exit codes, one JSON object, one sentence per mistake, what is not imported."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import types
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import cosmodrome
from cosmodrome.cli import main
from cosmodrome.reporting.page import page_html
from tests import rockets
from tests.reporting import synthetic
from tests.reporting.pages import background

HEAVY = {"numba", "llvmlite", "casadi", "scipy", "matplotlib", "pandas"}


@dataclass
class Outcome:
    """What the planner hands over, as cosmodrome.run defines it."""

    result: dict[str, Any]
    columns: dict[str, Any]
    programme: str
    background: dict[str, Any]
    texts: dict[str, str]
    exit_code: int


@pytest.fixture
def mission(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rockets.write_files(tmp_path)
    return "mission.toml"


@pytest.fixture
def planner(monkeypatch):
    """A planner that answers at once with the made-up ascent; its calls and its answer can be set."""
    module = types.ModuleType("cosmodrome.run")
    module.calls = []
    result, columns, besides = synthetic.result(), synthetic.columns(), background()
    page = {"report.html": page_html(result, columns, besides)}
    module.answer = Outcome(result, columns, synthetic.PROGRAMME, besides, page, 0)

    def run(mission_path, progress):
        module.calls.append(("run", mission_path))
        progress("planning")
        if isinstance(module.answer, BaseException):
            raise module.answer
        return module.answer

    def fly(mission_path, plan_folder, progress):
        module.calls.append(("fly", mission_path, plan_folder))
        progress("flying")
        return module.answer

    module.run, module.fly = run, fly
    monkeypatch.setitem(sys.modules, "cosmodrome.run", module)
    return module


def environment():
    """The environment of a child process that must find the same package, from any folder."""
    package = Path(cosmodrome.__file__).parents[1]
    return {**os.environ, "PYTHONPATH": str(package), "PYTHONIOENCODING": "utf-8"}


def cosmodrome_in_a_process(*arguments, cwd, after=""):
    """A fresh interpreter running `main` with the arguments, then `after`; its completed process."""
    code = (
        f"import sys; from cosmodrome.cli import main; code = main(sys.argv[1:]); {after or 'sys.exit(code)'}"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )


def schema(name):
    """The committed JSON Schema of that name."""
    return json.loads((resources.files("cosmodrome") / "schemas" / f"{name}.schema.json").read_text())


def only_object(text, schema_name=None):
    """The one JSON object that is the whole of the text, as the schema wants it."""
    found = json.loads(text)
    assert isinstance(found, dict)
    if schema_name is not None:
        jsonschema.validate(found, schema(schema_name))
    return found


# --- what is imported ---


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["run", "--help"],
        ["check", "mission.toml"],
        ["check", "mission.toml", "--json"],
    ],
)
def test_help_and_check_import_no_heavy_library(mission, tmp_path, arguments):
    done = cosmodrome_in_a_process(
        *arguments,
        cwd=tmp_path,
        after="print('loaded:', *sorted({n.partition('.')[0] for n in sys.modules}))",
    )
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.rsplit("loaded:", 1)[1].split()
    assert "cosmodrome" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_a_mistake_in_the_mission_is_found_before_the_solver_is_imported(mission, tmp_path):
    Path(mission).write_text(rockets.MISSION.replace("perigee_altitude_km = 200", "perigee_altitude_km = 90"))
    after = "print(*sorted({n.partition('.')[0] for n in sys.modules})); sys.exit(code)"
    done = cosmodrome_in_a_process("run", mission, cwd=tmp_path, after=after)
    assert done.returncode == 2
    assert HEAVY.isdisjoint(done.stdout.split())


def test_public_names_are_found_when_asked_for_and_unknown_ones_are_not():
    assert cosmodrome.Mission.__name__ == "Mission"
    assert cosmodrome.Vehicle.__name__ == "Vehicle"
    assert {"Plan", "Flight", "plan", "fly", "Site", "Target"} <= set(dir(cosmodrome))
    with pytest.raises(AttributeError, match="'Rocket'"):
        _ = cosmodrome.Rocket


# --- run, plan, fly ---


def test_run_writes_the_folder_and_its_last_line_names_it(mission, planner, capsys):
    assert main(["run", mission]) == 0
    output = capsys.readouterr()
    assert output.out.splitlines()[-1] == "Run folder: mission-run"
    assert output.err == ""
    assert json.loads(Path("mission-run/result.json").read_text())["payload_kg"] == 8213.4
    assert Path("mission-run/figures/profile.png").exists()
    assert "Largest dynamic pressure" in Path("mission-run/report.html").read_text("utf-8")
    assert Path("mission-run/mission.toml").read_bytes() == Path(mission).read_bytes()


def test_plan_writes_the_same_folder_without_figures(mission, planner, capsys):
    assert main(["plan", mission, "-o", "out"]) == 0
    assert planner.calls == [("run", Path(mission))]
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "mission.toml",
        "report.html",
        "result.json",
        "trajectory.parquet",
    ]


def test_fly_hands_on_the_plan_folder(mission, planner, capsys):
    assert main(["fly", mission, "--plan", "somewhere", "-o", "out"]) == 0
    assert main(["fly", mission, "-o", "out2"]) == 0
    assert planner.calls == [("fly", Path(mission), Path("somewhere")), ("fly", Path(mission), None)]


def test_run_with_json_prints_the_result_and_nothing_else(mission, planner, capsys):
    assert main(["run", mission, "--json"]) == 0
    output = capsys.readouterr()
    assert only_object(output.out, "result") == synthetic.result()
    assert output.err == ""


@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_planner_decides_between_yes_no_and_not_converged(mission, planner, capsys, code):
    planner.answer = Outcome(synthetic.infeasible_result(), {}, "null", background(), {}, code)
    assert main(["plan", mission]) == code
    assert Path("mission-run/result.json").exists()


def test_an_occupied_output_folder_is_refused_before_anything_is_planned(mission, planner, capsys):
    Path("out").mkdir()
    Path("out/notes.txt").touch()
    assert main(["run", mission, "-o", "out"]) == 2
    assert planner.calls == []
    assert "out: is not empty" in capsys.readouterr().err


def test_an_interrupt_ends_with_130_one_sentence_and_no_folder(mission, planner, capsys):
    planner.answer = KeyboardInterrupt()
    assert main(["run", mission]) == 130
    output = capsys.readouterr()
    # click moves the cursor off the ^C that a terminal echoes before the sentence comes.
    assert output.err.strip() == "Interrupted; no result was written."
    assert output.out == ""
    assert sorted(path.name for path in Path().iterdir()) == ["mission.toml", "rocket.toml"]


def swallowed(answer):
    """The solver's way with an interrupt: it stops, clears it, and the search goes on."""
    with contextlib.suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    return answer


def turned_into_an_error(answer):
    """A compiled kernel's way with an interrupt."""
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt as interrupt:
        raise SystemError("returned a result with an exception set") from interrupt
    return answer


@pytest.mark.parametrize("way", [swallowed, turned_into_an_error])
def test_an_interrupt_ends_the_program_whatever_a_library_makes_of_it(
    mission, planner, monkeypatch, capsys, way
):
    monkeypatch.setattr(planner, "run", lambda mission_path, progress: way(planner.answer))
    assert main(["run", mission]) == 130
    assert capsys.readouterr().err.strip() == "Interrupted; no result was written."
    assert sorted(path.name for path in Path().iterdir()) == ["mission.toml", "rocket.toml"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_with_json_is_one_object(mission, planner, capsys):
    planner.answer = KeyboardInterrupt()
    assert main(["run", mission, "--json"]) == 130
    assert only_object(capsys.readouterr().out, "error")["error"] == "Interrupted"


def test_a_defect_is_neither_the_honest_no_nor_wrong_input(mission, planner, capsys):
    planner.answer = ZeroDivisionError("division by zero")
    assert main(["run", mission]) == 70
    error = capsys.readouterr().err
    assert "Traceback" in error
    assert error.splitlines()[-1].startswith(
        "This is a defect of cosmodrome, please report it: ZeroDivisionError"
    )


def test_a_result_with_nan_is_not_written(mission, planner, capsys):
    planner.answer.result["margin_kg"] = float("nan")
    assert main(["run", mission]) == 2
    assert "margin_kg is nan" in capsys.readouterr().err
    assert not Path("mission-run").exists()


# --- check ---


def test_check_prints_masses_velocities_and_defaults(mission, capsys):
    assert main(["check", mission]) == 0
    text = capsys.readouterr().out.replace("\u202f", " ")
    assert "nothing wrong found" in text
    assert "Test rocket from 10.0000 deg, 20.0000 deg to 200.0 × 240.0 km at 30.00°" in text
    assert "Lift-off mass 132.65 t without payload, thrust-to-weight 1.384" in text
    assert "second.engine.thrust_vacuum_n" in text.split("Numbers that are estimates")[1]


def test_check_of_a_vehicle_file_works_alone(mission, capsys):
    assert main(["check", "rocket.toml", "--json"]) == 0
    record = only_object(capsys.readouterr().out)
    assert (record["format"], record["kind"], record["site"]) == ("cosmodrome-check/1", "vehicle", None)
    assert record["liftoff_mass_kg"] == 132_650.0
    assert record["target"] is None
    assert [stage["id"] for stage in record["stages"]] == ["first", "second"]


def test_check_takes_a_vehicle_of_the_catalogue_by_its_id(mission, capsys):
    assert main(["check", "soyuz-2.1b"]) == 0
    assert "Soyuz-2.1b" in capsys.readouterr().out


def test_check_flies_nothing_and_leaves_nothing(mission, planner, capsys):
    before = sorted(Path().rglob("*"))
    assert main(["check", mission]) == 0
    assert planner.calls == []
    assert sorted(Path().rglob("*")) == before


def test_check_says_when_the_rocket_will_not_rise(mission, capsys):
    Path("rocket.toml").write_text(
        rockets.VEHICLE.replace("2000e3", "1200e3").replace("thrust_sea_level_n = 1800e3", "exit_area_m2 = 1")
    )
    assert main(["check", mission]) == 0
    assert "it will not rise" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["check", "run"])
@pytest.mark.parametrize(
    ("times", "words"),
    [
        ('"first.cutoff_s" = 1000', "burns"),
        ('"fairing.release_s" = 90000', "fairing.release would happen after the payload has left"),
    ],
)
def test_imposed_times_that_do_not_fit_are_the_missions_mistake(mission, planner, capsys, verb, times, words):
    Path(mission).write_text(f"{rockets.MISSION}[sequence]\n{times}\n")
    assert main([verb, mission]) == 2
    sentence = capsys.readouterr().err
    assert sentence.startswith("mission.toml: ")
    assert words in sentence
    assert planner.calls == []


# --- wrong input ---


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("perigee_altitude_km = 200", "perigee_altitude_km = 300", "swap them"),
        ("perigee_altitude_km = 200", "perigee_altitude_km = nan", "finite"),
        ("inclination_deg", "inclinaton_deg", "inclination_deg"),
        ('vehicle = "rocket.toml"', 'vehicle = "rokket.toml"', "rokket.toml"),
        ("[target]", "[target", "line 6"),
    ],
)
@pytest.mark.parametrize("verb", ["check", "run"])
def test_wrong_input_is_exit_2_with_one_sentence(mission, planner, capsys, verb, old, new, words):
    Path(mission).write_text(rockets.MISSION.replace(old, new))
    assert main([verb, mission]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert words in output.err
    assert "Traceback" not in output.err
    assert planner.calls == []


def test_a_looser_limit_than_the_vehicles_is_wrong_input(mission, capsys):
    Path(mission).write_text(rockets.MISSION + "[limits]\nmax_axial_acceleration_g = 7\n")
    assert main(["check", mission]) == 2
    assert "may only tighten" in capsys.readouterr().err


def test_wrong_input_with_json_is_one_object_with_every_field(mission, capsys):
    Path(mission).write_text(
        rockets.MISSION.replace("perigee_altitude_km = 200", "perigee_altitude_km = 300")
    )
    assert main(["check", mission, "--json"]) == 2
    output = capsys.readouterr()
    record = only_object(output.out, "error")
    assert record["error"] == "MissionFileError"
    assert (record["file"], record["key"], record["value"]) == (mission, "target.perigee_altitude_km", 300)
    assert "swap them" in record["message"]
    assert output.err == ""


def test_a_nan_in_an_error_object_is_text_because_json_has_none(mission, capsys):
    Path(mission).write_text(
        rockets.MISSION.replace("perigee_altitude_km = 200", "perigee_altitude_km = nan")
    )
    assert main(["check", mission, "--json"]) == 2
    text = capsys.readouterr().out
    assert "NaN" not in text
    assert only_object(text, "error")["value"] == "nan"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "No such command 'chek'"),
        (["run"], "Missing argument 'MISSION'"),
        (["run", "a", "b"], "unexpected extra argument"),
        (["check", "--jason"], "No such option '--jason'"),
        (["new", "x.toml"], "Missing option '--vehicle'"),
        (["run", "m.toml", "-o", ""], "an empty name is neither"),
        (["run", "m.toml", "-o", "-x"], "looks like an option"),
    ],
)
def test_a_wrong_command_line_is_exit_2_with_one_sentence(capsys, arguments, words):
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert len(output.err.splitlines()) == 1
    assert words.lower() in output.err.lower().replace('"', "'")
    assert "--help)" in output.err
    assert output.out == ""


def test_an_option_is_never_taken_for_a_folder(mission, planner, capsys):
    assert main(["run", mission, "-o", "--json"]) == 2
    assert "looks like an option" in only_object(capsys.readouterr().out, "error")["message"]
    assert planner.calls == []


def test_the_folder_one_stands_in_is_told_by_its_name(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for arguments in (["check", "."], ["fly", "m.toml", "--plan", "."]):
        (tmp_path / "m.toml").write_text(rockets.MISSION.replace("rocket.toml", "soyuz-2.1b"))
        assert main(arguments) == 2
        assert capsys.readouterr().err.startswith(f"{tmp_path.name}: is ")


def test_a_wrong_command_line_with_json_is_one_object(capsys):
    assert main(["run", "--json"]) == 2
    assert only_object(capsys.readouterr().out, "error")["error"] == "UsageError"


def test_no_verb_at_all_shows_the_help(capsys):
    assert main([]) == 0
    text = capsys.readouterr().out
    for verb in ("run", "plan", "fly", "performance", "check", "catalogue", "new", "validate"):
        assert f"\n  {verb} " in text
    assert "disperse" not in text


# --- new ---


@pytest.mark.parametrize(
    ("orbit", "lines"),
    [
        (
            "sso 500 km",
            ["perigee_altitude_km = 500", "apogee_altitude_km  = 500", 'inclination_deg     = "sso"'],
        ),
        ("SSO 500x620 km", ["perigee_altitude_km = 500", "apogee_altitude_km  = 620"]),
        ("200x240 km 51.6 deg", ["perigee_altitude_km = 200", "apogee_altitude_km  = 240", "= 51.6"]),
        ("200 × 240.5 km 51.6°", ["apogee_altitude_km  = 240.5"]),
        ("800 km 98.6 deg", ["perigee_altitude_km = 800", "apogee_altitude_km  = 800"]),
        ("escape 10 km2/s2", ["c3_km2_s2 = 10 ", "declination_deg = 0 "]),
    ],
)
def test_new_writes_a_mission_that_passes_check(mission, capsys, orbit, lines):
    assert (
        main(["new", "mine.toml", "--vehicle", "rocket.toml", "--site", "vostochny-1s", "--orbit", orbit])
        == 0
    )
    text = Path("mine.toml").read_text()
    for line in lines:
        assert line in text
    assert main(["check", "mine.toml"]) == 0


def test_new_says_which_folder_is_missing(mission, capsys):
    Path("here").mkdir()
    arguments = ["--vehicle", "soyuz-2.1b", "--site", "vostochny-1s", "--orbit", "sso 500 km"]
    for file, words in (("no/n.toml", "there is no folder no"), ("here", "is a folder; name a new file")):
        assert main(["new", file, *arguments]) == 2
        assert words in capsys.readouterr().err


def test_new_overwrites_nothing(mission, capsys):
    Path("mine.toml").write_text("precious")
    arguments = ["--vehicle", "rocket.toml", "--site", "vostochny-1s", "--orbit", "sso 500 km"]
    assert main(["new", "mine.toml", *arguments]) == 2
    assert Path("mine.toml").read_text() == "precious"
    assert "exists already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--orbit", "somewhere high", "cannot be read"),
        ("--orbit", "90x240 km 51.6 deg", "120"),
        ("--orbit", "300x240 km 51.6 deg", "swap them"),
        ("--vehicle", "soyuz-9", "soyuz-2.1"),
        ("--site", "vostochni-1s", "vostochny-1s"),
    ],
)
def test_new_refuses_what_check_would_refuse_and_writes_nothing(mission, capsys, option, value, words):
    chosen = {"--vehicle": "rocket.toml", "--site": "vostochny-1s", "--orbit": "sso 500 km", option: value}
    assert main(["new", "mine.toml", *(part for pair in chosen.items() for part in pair)]) == 2
    assert words in capsys.readouterr().err
    assert not Path("mine.toml").exists()


# --- catalogue ---


def test_the_catalogue_lists_what_it_has(capsys):
    assert main(["catalogue"]) == 0
    text = capsys.readouterr().out
    for item in ("soyuz-2.1a", "soyuz-2.1b", "delta-iii", "vostochny-1s", "baikonur-31-6"):
        assert f"  {item} " in text


@pytest.mark.parametrize("arguments", [["--json"], ["list", "--json"], ["--json", "list"]])
def test_the_catalogue_list_as_json_is_the_same_wherever_the_option_stands(capsys, arguments):
    assert main(["catalogue", *arguments]) == 0
    record = only_object(capsys.readouterr().out)
    assert record["format"] == "cosmodrome-catalogue/1"
    assert "soyuz-2.1b" in [vehicle["id"] for vehicle in record["vehicles"]]


def test_every_number_of_a_soyuz_is_shown_with_its_source(capsys):
    assert main(["catalogue", "show", "soyuz-2.1b", "--json"]) == 0
    numbers = {number["key"]: number for number in only_object(capsys.readouterr().out)["numbers"]}
    load = numbers["strap-ons.propellant_mass_kg"]
    # Oxygen, kerosene and peroxide of the Soyuz CSG manual.
    assert load["value"] == 27_900 + 11_260 + 1_212
    assert load["source"]
    assert load["confidence"] in ("published", "derived", "estimate")


def test_a_site_is_shown_in_degrees(capsys):
    assert main(["catalogue", "show", "vostochny-1s", "--json"]) == 0
    numbers = {number["key"]: number["value"] for number in only_object(capsys.readouterr().out)["numbers"]}
    # 51°53′03″ N 128°20′05″ E
    assert numbers["latitude_deg"] == pytest.approx(51 + 53 / 60 + 3 / 3600, abs=1e-4)
    assert numbers["longitude_deg"] == pytest.approx(128 + 20 / 60 + 5 / 3600, abs=1e-4)


def test_an_unknown_catalogue_id_offers_the_nearest(capsys):
    assert main(["catalogue", "show", "soyuz-2.1c"]) == 2
    assert 'did you mean "soyuz-2.1' in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    code = "import sys; from cosmodrome.cli import main; sys.exit(main(['catalogue', 'show', 'soyuz-2.1b']))"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    )
    process.stdout.close()
    _, error = process.communicate()
    assert (process.returncode, error) == (0, b"")
