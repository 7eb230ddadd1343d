"""The cases that no repository should hold: huge files, links and pipes, damaged run folders.

Each function makes one case at the path it is given; `CASES` maps "<theme>/<name>" to it, as the index names it.
"""

import functools
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.bad_files.corpus import HERE

SOUND = (HERE / "cases/mission/sound.toml").read_text(encoding="utf-8")
VEHICLE = (HERE / "cases/vehicle/sound.toml").read_text(encoding="utf-8")
WIND = "altitude_m,wind_east_m_s,wind_north_m_s\n"

CASES: dict[str, Callable[[Path], Any]] = {}


def case(name: str) -> Callable[[Callable[[Path], Any]], Callable[[Path], Any]]:
    """Enter a maker under the name of its case."""

    def enter(make: Callable[[Path], Any]) -> Callable[[Path], Any]:
        CASES[name] = make
        return make

    return enter


def filled(unit: str, size: int) -> str:
    """The unit repeated up to `size` bytes."""
    return unit * (size // len(unit.encode()))


# --- huge -------------------------------------------------------------------------------------------------------

TOML_BYTES, CSV_BYTES = 256 << 10, 1 << 20  # the most that is read
_ROOM = TOML_BYTES - 2000  # what a file may hold beside a sound mission
_HUGE = {
    "brackets-5000.toml": SOUND + f"ltan_h = {'[' * 5000}{']' * 5000}\n",
    "braces-5000.toml": SOUND + f"ltan_h = {'{a=' * 5000}1{'}' * 5000}\n",
    "open-brackets-a-quarter-mebibyte.toml": SOUND + "a = " + filled("[", _ROOM),
    "integer-of-5000-digits.toml": SOUND.replace("= 200", f"= {'9' * 5000}"),
    "negative-integer-of-5000-digits.toml": SOUND.replace("= 200", f"= -{'9' * 5000}"),
    "hexadecimal-of-5000-digits.toml": SOUND.replace("= 200", f"= 0x{'f' * 5000}"),
    "decimal-of-5000-digits.toml": SOUND.replace("= 200", f"= 200.{'0' * 5000}"),
    "dots-20000.toml": SOUND + "a." * 20000 + "b = 1\n",
    "dots-20000-in-a-table.toml": f"{SOUND}[{'a.' * 20000}b]\n",
    "dots-20000-between-quotation-marks.toml": SOUND + '"a".' * 20000 + "b = 1\n",
    "key-of-a-quarter-mebibyte.toml": SOUND + filled("a", _ROOM) + " = 1\n",
    "text-of-a-quarter-mebibyte.toml": f'name = "{filled("a", _ROOM)}"\n{SOUND}',
    "comment-of-a-quarter-mebibyte.toml": f"# {filled('a', _ROOM)}\nname = 5\n{SOUND}",
    "quotation-marks-a-quarter-mebibyte.toml": "name = " + filled('"', _ROOM),
    "backslashes-a-quarter-mebibyte.toml": 'name = "' + filled("\\", _ROOM),
    "file-over-a-quarter-mebibyte.toml": SOUND + filled("# a comment\n", 2 * TOML_BYTES),
    "unknown-keys-9000.toml": SOUND + "".join(f"perigee_altitud_{i} = 1\n" for i in range(9000)),
    "unknown-tables-28000.toml": SOUND + "".join(f"[t{i}]\n" for i in range(28000)),
    "list-of-80000.toml": SOUND.replace("= 200", f"= [{filled('1, ', _ROOM)}]"),
    "sequence-of-12000.toml": SOUND
    + "[sequence]\n"
    + "".join(f'"s{i}.cutoff_s" = 1\n' for i in range(12000)),
    "stations-4000.toml": SOUND
    + "".join(f'[[stations]]\nid = "s{i}"\nlatitude_deg = 1\nlongitude_deg = 2\n' for i in range(4000)),
    "areas-18000.toml": SOUND + "[range]\nkeep_out_areas = [" + filled('"a.geojson", ', _ROOM) + "]\n",
}
for _name, _text in _HUGE.items():
    case(f"huge/{_name}")(functools.partial(Path.write_text, data=_text, encoding="utf-8"))


@case("huge/file-of-a-gibibyte.toml")
def _(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(1 << 30)  # a hole: no disk is used


_STAGE = "[[stages]]" + VEHICLE.split("[[stages]]")[2].split("[[bodies]]")[0]
_HUGE_VEHICLES = {
    "stages-1000.toml": VEHICLE + "".join(_STAGE.replace('"second"', f'"s{i}"') for i in range(1000)),
    "bodies-3000.toml": VEHICLE
    + "".join(
        f'[[bodies]]\nid = "b{i}"\nmass_kg = 1\nrelease = {{ event = "liftoff" }}\n' for i in range(3000)
    ),
    "aero-4000.toml": VEHICLE + "[[aero]]\nreference_area_m2 = 10\ndrag_coefficient = 0.4\n" * 4000,
    "throttle-of-30000-rows.toml": VEHICLE.replace(
        "isp_vacuum_s = 340", f"isp_vacuum_s = 340, throttle_profile = [{filled('[1, 1], ', _ROOM)}]"
    ),
    "fairings-7000.toml": VEHICLE + "".join(f"[fairings.f{i}]\nmass_kg = 1\n" for i in range(7000)),
    "configurations-7000.toml": VEHICLE + "".join(f"[configurations.c{i}]\n" for i in range(7000)),
}
for _name, _text in _HUGE_VEHICLES.items():
    case(f"vehicle/{_name}")(functools.partial(Path.write_text, data=_text, encoding="utf-8"))


@case("vehicle/based-on-a-chain.toml")
def _(path: Path) -> None:
    head = 'format = "cosmodrome-vehicle/1"\nbased_on = "chain-{}.toml"\n'
    path.write_text(head.format(0))
    for i in range(200):
        (path.parent / f"chain-{i}.toml").write_text(head.format(i + 1))


_HUGE_TABLES = {
    "wind/rows-2001.csv": WIND + "".join(f"{h},5,1\n" for h in range(2001)),
    "wind/rows-a-mebibyte.csv": WIND + filled("0,5,1\n", CSV_BYTES - 100),
    "wind/file-over-a-mebibyte.csv": WIND + filled("0,5,1\n", 2 * CSV_BYTES),
    "wind/line-of-a-mebibyte.csv": WIND + filled("0,", CSV_BYTES - 100),
    "wind/header-of-a-mebibyte.csv": filled("altitude_m,", CSV_BYTES - 100),
    "wind/cell-of-a-mebibyte.csv": WIND + "0,5," + filled("1", CSV_BYTES - 100) + "\n1,5,1\n",
    "wind/cell-of-5000-digits.csv": WIND + "0,5," + "9" * 5000 + "\n1,5,1\n",
    "wind/comments-a-mebibyte.csv": filled("# a\n", CSV_BYTES - 100),
    "drag/grid-of-2000-by-1.csv": "mach,alpha_deg,cd\n"
    + "".join(f"{i / 100},{i / 100},1\n" for i in range(2000)),
}
for _name, _text in _HUGE_TABLES.items():
    case(_name)(functools.partial(Path.write_text, data=_text, encoding="utf-8"))


# --- names that lead elsewhere ----------------------------------------------------------------------------------


def mission_with_wind(name: str) -> str:
    """A mission that names that wind table."""
    return f"{SOUND}\n[environment]\nwind = {json.dumps(name)}\n"


def naming(name: str) -> Callable[[Callable[[Path], Any]], Callable[[Path], Any]]:
    """A case whose mission names a wind table "<case>.csv" beside it, which the decorated maker makes."""

    def enter(make: Callable[[Path], Any]) -> Callable[[Path], Any]:
        def both(path: Path) -> None:
            table = path.with_suffix(".csv")
            path.write_text(mission_with_wind(table.name))
            make(table)

        return case(name)(both)

    return enter


@naming("links/link-out-of-the-folder.toml")
def _(path: Path) -> None:
    path.symlink_to("/etc/passwd")


@naming("links/link-to-a-neighbour-of-the-folder.toml")
def _(path: Path) -> None:
    path.symlink_to("../wind/sound.csv")


@naming("links/link-to-itself.toml")
def _(path: Path) -> None:
    path.symlink_to(path.name)


@naming("links/link-to-nothing.toml")
def _(path: Path) -> None:
    path.symlink_to("nothing.csv")


@naming("links/link-to-endless-zeros.toml")
def _(path: Path) -> None:
    path.symlink_to("/dev/zero")


@naming("links/pipe.toml")
def _(path: Path) -> None:
    os.mkfifo(path)


@naming("links/folder.toml")
def _(path: Path) -> None:
    path.mkdir()


@case("links/folder-out-of-the-folder.toml")
def _(path: Path) -> None:
    (path.parent / "outside").symlink_to("..")
    path.write_text(mission_with_wind("outside/wind/sound.csv"))


@case("links/mission-a-pipe.toml")
def _(path: Path) -> None:
    os.mkfifo(path)


@case("links/mission-a-folder.toml")
def _(path: Path) -> None:
    path.mkdir()


@case("links/mission-a-link-to-itself.toml")
def _(path: Path) -> None:
    path.symlink_to(path.name)


@case("links/mission-a-link-to-nothing.toml")
def _(path: Path) -> None:
    path.symlink_to("nothing.toml")


@case("links/mission-endless-zeros.toml")
def _(path: Path) -> None:
    path.symlink_to("/dev/zero")


@case("links/mission-endless-noise.toml")
def _(path: Path) -> None:
    path.symlink_to("/dev/urandom")


@case("links/mission-of-the-kernel.toml")
def _(path: Path) -> None:
    path.symlink_to("/proc/self/mem")


# --- damaged run folders ----------------------------------------------------------------------------------------


@functools.cache
def inputs_sha256() -> str:
    """The hash that a run folder of the sound mission carries."""
    from cosmodrome.ascent.problem import pose
    from cosmodrome.mission.read import read_mission
    from cosmodrome.result import inputs_sha256 as hashed

    return hashed(pose(read_mission(HERE / "cases/mission/sound.toml")))


def result_text(**changes: Any) -> str:
    """A result.json of the sound mission, as far as `fly` reads it."""
    record = {
        "format": "cosmodrome-result/1",
        "status": "verified",
        "manifest": {"inputs_sha256": inputs_sha256()},
        "assumptions": [],
        "liftoff_utc": None,
    }
    return json.dumps(record | changes)


def trajectory(path: Path, programme: str) -> None:
    """A trajectory.parquet without rows that carries the programme's text."""
    import pyarrow.parquet

    from cosmodrome.reporting.columns import table_from_columns

    pyarrow.parquet.write_table(table_from_columns({}, programme), path)


def plan_folder(
    name: str, result: Callable[[], str] | str, make: Callable[[Path], Any] | str = "null"
) -> None:
    """Enter a run folder with that result.json, and a trajectory that carries a programme or is made otherwise."""

    def build(folder: Path) -> None:
        folder.mkdir()
        (folder / "result.json").write_text(result if isinstance(result, str) else result(), encoding="utf-8")
        if isinstance(make, str):
            trajectory(folder / "trajectory.parquet", make)
        else:
            make(folder / "trajectory.parquet")

    case(f"plans/{name}")(build)


def programme(**fields: Any) -> str:
    """The text of a programme with those fields."""
    return json.dumps({"format": "cosmodrome-programme/1", "programme": fields})


def cut(path: Path) -> None:
    """A Parquet file of which the end is missing."""
    trajectory(path, "null")
    path.write_bytes(path.read_bytes()[:-300])


def garbled(path: Path) -> None:
    """A Parquet file whose inner bytes are others."""
    trajectory(path, "null")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 200] = bytes(200)
    path.write_bytes(data)


def of_another_table(path: Path) -> None:
    """A Parquet file that is no trajectory."""
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table({"t_s": [0.0]}), path)


def without_programme(path: Path) -> None:
    """A trajectory that lost the metadata."""
    import pyarrow.parquet

    trajectory(path, "null")
    pyarrow.parquet.write_table(pyarrow.parquet.read_table(path).replace_schema_metadata(), path)


def with_texts_for_numbers(path: Path) -> None:
    """A trajectory whose altitude is text."""
    import pyarrow
    import pyarrow.parquet

    from cosmodrome.reporting.columns import UNITS, table_from_columns

    table = table_from_columns({name: np.zeros(1) for name in UNITS}, "null")
    place = table.column_names.index("altitude_m")
    pyarrow.parquet.write_table(table.set_column(place, "altitude_m", pyarrow.array(["high"])), path)


@case("plans/absent")
def _(path: Path) -> None:
    """Nothing is there."""


case("plans/empty")(Path.mkdir)
case("plans/a-file")(functools.partial(Path.write_text, data="{}"))


@case("plans/result-a-folder")
def _(path: Path) -> None:
    (path / "result.json").mkdir(parents=True)


@case("plans/result-a-link-to-endless-zeros")
def _(path: Path) -> None:
    path.mkdir()
    (path / "result.json").symlink_to("/dev/zero")


@case("plans/result-of-a-gibibyte")
def _(path: Path) -> None:
    path.mkdir()
    with (path / "result.json").open("wb") as stream:
        stream.truncate(1 << 30)


plan_folder("result-empty", "")
plan_folder("result-cut", lambda: result_text()[:-20])
plan_folder("result-no-json", "payload: 5")
plan_folder("result-a-list", "[]")
plan_folder("result-of-5000-brackets", "[" * 5000 + "]" * 5000)
plan_folder("result-of-100000-brackets", "[" * 100000)
plan_folder("result-with-an-integer-of-5000-digits", '{"format": ' + "9" * 5000 + "}")
plan_folder("result-without-format", "{}")
plan_folder("result-of-tomorrow", lambda: result_text(format="cosmodrome-result/2"))
plan_folder("result-format-a-number", lambda: result_text(format=1))
plan_folder("result-without-manifest", lambda: result_text(manifest=None))
plan_folder("result-hash-a-number", lambda: result_text(manifest={"inputs_sha256": 5}))
plan_folder(
    "result-without-assumptions",
    lambda: json.dumps({k: v for k, v in json.loads(result_text()).items() if k != "assumptions"}),
)
plan_folder("result-of-another-mission", lambda: result_text(manifest={"inputs_sha256": "0" * 64}))
plan_folder("trajectory-absent", result_text, lambda path: None)
plan_folder("trajectory-empty", result_text, Path.touch)
plan_folder("trajectory-a-folder", result_text, Path.mkdir)
plan_folder("trajectory-a-text", result_text, functools.partial(Path.write_text, data="t_s,phase\n"))
plan_folder("trajectory-cut", result_text, cut)
plan_folder("trajectory-garbled", result_text, garbled)
plan_folder("trajectory-a-pipe", result_text, os.mkfifo)
plan_folder("trajectory-of-another-table", result_text, of_another_table)
plan_folder("trajectory-without-programme", result_text, without_programme)
plan_folder("trajectory-altitude-a-text", result_text, with_texts_for_numbers)
plan_folder("programme-of-no-flight", lambda: result_text(status="infeasible"), "")
plan_folder("programme-no-json", result_text, "{")
plan_folder("programme-null", result_text, "null")
plan_folder("programme-of-5000-brackets", result_text, "[" * 5000 + "]" * 5000)
plan_folder("programme-of-tomorrow", result_text, json.dumps({"format": "cosmodrome-programme/2"}))
plan_folder("programme-empty", result_text, programme())
plan_folder("programme-field-unknown", result_text, programme(warp=9))
plan_folder("programme-name-a-number", result_text, programme(name=5))
plan_folder("programme-time-nan", result_text, programme(t_s=float("nan")))

# --- journals of surveys ----------------------------------------------------------------------------------------

VARY = "target.inclination_deg=51.7,60"


@functools.cache
def journal_head() -> dict[str, str]:
    """The first line of the journal of the sound mission's survey."""
    from cosmodrome.commands import performing
    from cosmodrome.survey.grid import read_grid
    from cosmodrome.survey.journal import FORMAT

    grid = read_grid(HERE / "cases/mission/sound.toml", [VARY])
    return {"format": FORMAT, "identity": performing._identity(grid, performing._inputs_sha256(grid))}


def survey(name: str, *lines: Callable[[], Any] | Any) -> None:
    """Enter a survey's folder whose journal has those lines."""

    def build(folder: Path) -> None:
        folder.mkdir()
        told = (line() if callable(line) else line for line in lines)
        texts = (line if isinstance(line, str) else json.dumps(line) for line in told)
        (folder / "points.jsonl").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")

    case(f"surveys/{name}")(build)


POINT = {"cell": [0], "values": [51.7], "status": "verified", "payload_kg": 8000.0}


@case("surveys/absent")
def _(path: Path) -> None:
    """Nothing is there."""


case("surveys/empty")(Path.mkdir)
case("surveys/a-file")(Path.touch)


@case("surveys/journal-a-folder")
def _(path: Path) -> None:
    (path / "points.jsonl").mkdir(parents=True)


@case("surveys/journal-a-link-to-endless-zeros")
def _(path: Path) -> None:
    path.mkdir()
    (path / "points.jsonl").symlink_to("/dev/zero")


survey("journal-empty")
survey("journal-no-json", "hello")
survey("journal-a-list", [1, 2])
survey("journal-of-5000-brackets", "[" * 5000 + "]" * 5000)
survey("journal-of-100000-brackets", "[" * 100000)
survey("journal-of-tomorrow", lambda: journal_head() | {"format": "cosmodrome-performance-points/2"})
survey("journal-without-identity", {"format": "cosmodrome-performance-points/1"})
survey("journal-of-another-question", {"format": "cosmodrome-performance-points/1", "identity": "0"})
survey("point-no-json", journal_head, "{")
survey("point-a-number", journal_head, 5)
survey("point-empty", journal_head, {})
survey("point-with-an-unknown-field", journal_head, POINT | {"colour": "red"})
survey("point-outside-the-grid", journal_head, POINT | {"cell": [7]})
survey("point-of-other-values", journal_head, POINT | {"values": [52.0]})
survey("point-cell-a-text", journal_head, POINT | {"cell": "a"})
survey("point-cell-of-lists", journal_head, POINT | {"cell": [[0]]})
survey(
    "point-payload-a-text",
    journal_head,
    POINT | {"payload_kg": "much"},
    POINT | {"cell": [1], "values": [60.0]},
)
survey(
    "point-status-unknown",
    journal_head,
    POINT | {"status": "hopeful"},
    POINT | {"cell": [1], "values": [60.0]},
)
survey(
    "point-payload-nan",
    journal_head,
    POINT | {"payload_kg": float("nan")},
    POINT | {"cell": [1], "values": [60.0]},
)


def make_all(root: Path) -> None:
    """Make every case below the root."""
    for name, make in CASES.items():
        (root / name).parent.mkdir(exist_ok=True)
        make(root / name)


def copy_corpus(root: Path) -> None:
    """The whole corpus, committed and made, below a new root."""
    shutil.copytree(HERE / "cases", root)
    make_all(root)
