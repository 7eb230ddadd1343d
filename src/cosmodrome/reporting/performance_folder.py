"""The folder of a survey: where it goes, and how its record becomes JSON, Parquet, a table and a picture.

performance.json  performance.parquet  table.csv  figures/performance.png  mission.toml  points.jsonl
"""

import csv
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cosmodrome.errors import ExportError
from cosmodrome.reporting.folder import choose_run_folder, json_text

if TYPE_CHECKING:
    import pyarrow

RECORD = "performance.json"
# objective -> the field of a point that it makes the largest
MEASURES = {"payload": "payload_kg", "margin": "margin_kg", "final_mass": "final_mass_kg"}
# Column after those of the varied keys -> unit. "1" is a number without, "" is text, a truth or a list of texts.
UNITS: dict[str, str] = {
    "status": "",
    "payload_kg": "kg",
    "margin_kg": "kg",
    "final_mass_kg": "kg",
    "second_payload_kg": "kg",
    "starts_agree": "",
    "position_gap_m": "m",
    "velocity_gap_m_s": "m/s",
    "payload_gap_kg": "kg",
    "refinements": "1",
    "launch_direction": "",
    "burns": "1",
    "active_limits": "",
    "code": "",
    "message": "",
    "method": "",
    "starts": "1",
    "seconds": "s",
    "flag": "",
}


def choose_performance_folder(mission_path: Path, explicit: Path | None, *, is_resumed: bool) -> Path:
    """The folder for a survey of this mission: `explicit`, else ./<mission stem>-performance, then -2, …

    One that is gone on with is there already and is not numbered. Raises ExportError as `choose_run_folder`.
    """
    stem = f"{mission_path.stem}-performance"
    if is_resumed:
        return explicit or Path(stem)
    folder, number = explicit or Path(stem), 1
    while explicit is None and os.path.lexists(folder):
        number += 1
        folder = Path(f"{stem}-{number}")
    return choose_run_folder(mission_path, folder)


def write_performance(folder: Path, record: Mapping[str, Any], mission_bytes: bytes) -> None:
    """Write everything that a finished survey leaves, each file whole or not at all, performance.json last.

    Raises ExportError, one sentence, when it cannot be written or holds NaN.
    """
    from cosmodrome.reporting.performance_figure import draw_performance

    text = json_text(record)
    try:
        (folder / "figures").mkdir(parents=True, exist_ok=True)
        _put(folder / "mission.toml", lambda path: path.write_bytes(mission_bytes))
        _put(folder / "table.csv", lambda path: _write_csv(record, path))
        _put(folder / "performance.parquet", lambda path: _write_parquet(record, path))
        _put(folder / "figures" / "performance.png", lambda path: draw_performance(record, path))
        _put(folder / RECORD, lambda path: path.write_text(text + "\n", encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"the survey's folder could not be written: {reason}", file=folder) from error


def table_of(record: Mapping[str, Any]) -> "pyarrow.Table":
    """The Arrow table of a record, a row for each point: the varied keys, then `UNITS`, a `unit` beside each field."""
    import pyarrow

    points, axes = record["points"], record["axes"]
    kinds = {
        "starts_agree": pyarrow.bool_(),
        "active_limits": pyarrow.list_(pyarrow.string()),
        **dict.fromkeys(("refinements", "burns", "starts"), pyarrow.int64()),
    }
    columns = {axis["key"]: [point["values"][k] for point in points] for k, axis in enumerate(axes)}
    units = {axis["key"]: axis["unit"] or "1" for axis in axes} | UNITS
    columns |= {name: [point[name] for point in points] for name in UNITS}
    fields = []
    for name, unit in units.items():
        kind = kinds.get(name, pyarrow.float64() if unit else pyarrow.string())
        fields.append(pyarrow.field(name, kind, metadata={"unit": unit}))
    arrays = [pyarrow.array(columns[field.name], type=field.type) for field in fields]
    return pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields))


def _put(path: Path, write: Callable[[Path], Any]) -> None:
    """Write beside the place and move there: a kill leaves no half of a file."""
    partial = path.with_name(f".{path.stem}.partial-{os.getpid()}{path.suffix}")
    try:
        write(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_parquet(record: Mapping[str, Any], path: Path) -> None:
    import pyarrow.parquet

    pyarrow.parquet.write_table(table_of(record), path, compression="zstd")


def _write_csv(record: Mapping[str, Any], path: Path) -> None:
    """The table as a manual prints it: the first key down, the second across, empty where nothing is carried."""
    axes, measure = record["axes"], MEASURES[record["objective"]]
    found = ["" if p[measure] is None else f"{p[measure]:.3f}" for p in record["points"]]
    width = len(axes[1]["values"]) if len(axes) == 2 else 1
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        if len(axes) == 2:
            head = [f"{measure}: {axes[0]['key']} down, {axes[1]['key']} across", *axes[1]["values"]]
        else:
            head = [axes[0]["key"], measure]
        writer.writerow(head)
        for row, value in enumerate(axes[0]["values"]):
            writer.writerow([value, *found[row * width : (row + 1) * width]])
