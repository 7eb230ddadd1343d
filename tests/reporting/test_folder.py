"""The run folder: its name, that it is written whole or not at all, and that it reads back."""

import errno
import json
import os
from importlib import resources
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet
import pytest

from cosmodrome.errors import ExportError
from cosmodrome.reporting.folder import choose_run_folder, json_text, read_run_folder, write_run_folder
from tests.reporting import synthetic
from tests.reporting.synthetic import PROGRAMME, infeasible_result

PAGE = "<!DOCTYPE html>\n<title>é</title>\n"
MISSION = b'format = "cosmodrome-mission/1"\r\n# \xc3\xa9, kept byte for byte\n'


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(folder, result, columns, **options):
    write_run_folder(folder, result, columns, MISSION, "Demo", PROGRAMME, {"report.html": PAGE}, **options)


def leftovers():
    return [path for path in Path().rglob("*") if "partial" in path.name]


def test_the_default_folder_is_named_after_the_mission_and_counts_up():
    mission = Path("elsewhere/vostochny-leo.toml")
    names = []
    for _ in range(3):
        folder = choose_run_folder(mission, None)
        names.append(str(folder))
        folder.mkdir()
    assert names == ["vostochny-leo-run", "vostochny-leo-run-2", "vostochny-leo-run-3"]


def test_an_explicit_folder_may_be_new_or_empty():
    Path("empty").mkdir()
    assert choose_run_folder(Path("m.toml"), Path("empty")) == Path("empty")
    assert choose_run_folder(Path("m.toml"), Path("a/new/one")) == Path("a/new/one")


def test_an_explicit_folder_that_holds_something_is_refused():
    Path("full").mkdir()
    Path("full/notes.txt").touch()
    with pytest.raises(ExportError, match=r"full: is not empty \(it holds notes.txt\)"):
        choose_run_folder(Path("m.toml"), Path("full"))


def test_a_file_in_the_place_of_the_folder_or_above_it_is_refused():
    Path("file").touch()
    with pytest.raises(ExportError, match="file: is a file"):
        choose_run_folder(Path("m.toml"), Path("file"))
    with pytest.raises(ExportError, match=r"below: cannot be made: .*file is not a folder"):
        choose_run_folder(Path("m.toml"), Path("file/below"))


def test_what_was_written_reads_back(result, columns):
    write(Path("out"), result, columns, with_figures=False)
    back, back_columns, programme = read_run_folder(Path("out"))
    assert back == result
    assert programme == PROGRAMME
    np.testing.assert_array_equal(back_columns["r_eci_x_m"], columns["r_eci_x_m"])
    assert Path("out/mission.toml").read_bytes() == MISSION


@pytest.mark.parametrize("example", [synthetic.result, synthetic.infeasible_result])
def test_the_examples_of_these_tests_are_results_as_the_schema_wants_them(example):
    schema = (resources.files("cosmodrome") / "schemas" / "result.schema.json").read_text()
    jsonschema.validate(example(), json.loads(schema))


def test_the_folder_holds_what_the_contract_lists(result, columns):
    write(Path("out"), result, columns)
    names = {str(path.relative_to("out")) for path in Path("out").rglob("*") if path.is_file()}
    assert {
        "result.json",
        "trajectory.parquet",
        "report.html",
        "mission.toml",
        "figures/profile.png",
    } <= names
    assert leftovers() == []


def test_an_empty_folder_of_the_user_is_filled(result, columns):
    Path("mine").mkdir()
    before = os.stat("mine").st_ino
    write(Path("mine"), result, columns, with_figures=False)
    assert os.stat("mine").st_ino == before
    assert sorted(path.name for path in Path("mine").iterdir()) == [
        "mission.toml",
        "report.html",
        "result.json",
        "trajectory.parquet",
    ]


def test_missing_folders_above_are_made(result, columns):
    write(Path("a/b/c"), result, columns, with_figures=False)
    assert read_run_folder(Path("a/b/c"))[0] == result


def test_an_infeasible_result_is_written_without_figures():
    write(Path("out"), infeasible_result(), {})
    back, columns, _ = read_run_folder(Path("out"))
    assert back["status"] == "infeasible"
    assert len(columns["t_s"]) == 0
    assert not Path("out/figures").exists()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), np.float64("nan")])
def test_a_number_that_is_not_finite_is_refused_by_its_place(result, columns, number):
    result["events"][2]["altitude_m"] = number
    with pytest.raises(ExportError, match=r"events\[2\]\.altitude_m is (nan|inf)"):
        write(Path("out"), result, columns, with_figures=False)
    assert not Path("out").exists()


def test_numpy_scalars_and_arrays_become_plain_json():
    text = json_text({"a": np.float64(0.1), "b": np.int64(3), "c": np.array([1.0, 2.0]), "d": np.bool_(True)})
    assert json.loads(text) == {"a": 0.1, "b": 3, "c": [1.0, 2.0], "d": True}


def test_what_json_has_no_word_for_is_refused_by_its_place():
    with pytest.raises(
        ExportError, match=r"manifest\.folder is a PosixPath|manifest\.folder is a WindowsPath"
    ):
        json_text({"manifest": {"folder": Path()}})


def test_a_full_disk_leaves_nothing_and_says_so(result, columns, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pyarrow.parquet, "write_table", full)
    with pytest.raises(
        ExportError, match=r"out: the run folder could not be written: No space left on device"
    ):
        write(Path("out"), result, columns, with_figures=False)
    assert list(Path().iterdir()) == []


def test_an_interrupt_while_drawing_leaves_nothing(result, columns, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("cosmodrome.reporting.figures.draw_figures", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(Path("out"), result, columns)
    assert list(Path().iterdir()) == []


def test_a_folder_that_was_filled_meanwhile_is_left_alone(result, columns):
    Path("out").mkdir()
    Path("out/theirs").write_text("precious")
    with pytest.raises(ExportError, match="is not empty"):
        write(Path("out"), result, columns, with_figures=False)
    assert [path.name for path in Path("out").iterdir()] == ["theirs"]


def test_reading_what_is_no_run_folder_says_so():
    with pytest.raises(ExportError, match=r"nowhere: is not a run folder: it holds no result\.json"):
        read_run_folder(Path("nowhere"))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("result.json", b"{", r"result\.json: is damaged: it is not JSON"),
        ("result.json", b"\xff\xfe", r"result\.json: is damaged"),
        ("result.json", b"[]", r"result\.json: is no result of this program"),
        ("result.json", b'{"format": "cosmodrome-result/1"}', r"lacks manifest\.inputs_sha256"),
        ("result.json", b'{"format": "cosmodrome-result/1", "manifest": "x"}', "is damaged"),
        (
            "result.json",
            b'{"format": "cosmodrome-result/9"}',
            r'format = "cosmodrome-result/9" is another format',
        ),
        ("trajectory.parquet", b"PAR1 not really", r"trajectory\.parquet: is damaged"),
    ],
)
def test_reading_a_damaged_folder_names_the_file(result, columns, name, content, sentence):
    write(Path("out"), result, columns, with_figures=False)
    (Path("out") / name).write_bytes(content)
    with pytest.raises(ExportError, match=sentence):
        read_run_folder(Path("out"))


def test_reading_without_the_trajectory_says_that_it_is_missing(result, columns):
    write(Path("out"), result, columns, with_figures=False)
    Path("out/trajectory.parquet").unlink()
    with pytest.raises(ExportError, match=r"trajectory\.parquet: is missing; run the mission again"):
        read_run_folder(Path("out"))
