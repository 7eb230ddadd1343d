"""The run folder: where it goes, and how it is written whole or not at all, and read back.

result.json  trajectory.parquet  ephemeris.oem  scene.czml  track.kml  report.html  mission.toml  figures/*.png
"""

import json
import math
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy

from cosmodrome.errors import ExportError
from cosmodrome.files.toml import read_bytes
from cosmodrome.reporting.columns import Columns, columns_from_table, table_from_columns

RESULT_FORMAT = "cosmodrome-result/1"
_MOST_RESULT_BYTES, _MOST_TRAJECTORY_BYTES = 16 << 20, 256 << 20  # hundreds of times what a run leaves
_AGAIN = "run the mission again"


def choose_run_folder(mission_path: Path, explicit: Path | None) -> Path:
    """The folder to write a run of this mission to: `explicit`, else ./<mission stem>-run, then -run-2, …

    Raises ExportError when `explicit` is a file or not empty, or when the folder could not be made there:
    asked before the planning starts, so that nobody waits for an answer that cannot be stored.
    """
    if explicit is None:
        folder = Path(f"{mission_path.stem}-run")
        number = 1
        while os.path.lexists(folder):
            number += 1
            folder = Path(f"{mission_path.stem}-run-{number}")
    else:
        folder = explicit
        _refuse_occupied(folder)
    _refuse_unwritable(folder)
    return folder


def write_run_folder(
    folder: Path,
    result: Mapping[str, Any],
    columns: Columns,
    mission_bytes: bytes,
    mission_name: str,
    programme: str,
    texts: Mapping[str, str] = MappingProxyType({}),
    *,
    with_figures: bool = True,
) -> None:
    """Write the whole run folder; `mission_bytes` is the mission file as it was read, `programme` JSON text,
    `texts` the page and the exports by file name.

    Everything is written beside its final place and moved there at the end, so that a full disk, a kill or an
    interrupt leaves no half-written result.  Raises ExportError, one sentence, when it cannot be written or
    holds NaN.
    """
    text = json_text(result)
    table = table_from_columns(columns, programme)
    _refuse_occupied(folder)
    partial = folder / f".partial-{os.getpid()}" if folder.exists() else _beside(folder)
    try:
        partial.mkdir(parents=True)
        (partial / "result.json").write_text(text + "\n", encoding="utf-8")
        (partial / "mission.toml").write_bytes(mission_bytes)
        _write_table(table, partial / "trajectory.parquet")
        for name, content in texts.items():
            (partial / name).write_bytes(content.encode())
        if with_figures:
            # matplotlib takes half a second to import: only who wants figures pays for it.
            from cosmodrome.reporting.figures import draw_figures

            draw_figures(result, columns, mission_name, partial / "figures")
        _move_into_place(partial, folder)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ExportError(f"the run folder could not be written: {reason}", file=folder) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def read_run_folder(folder: Path) -> tuple[dict[str, Any], dict[str, numpy.ndarray[Any, Any]], str]:
    """The result, the trajectory's columns and the programme's JSON text of a run folder.

    Raises ExportError, one sentence, when the folder or a file in it is missing, damaged or of another
    format.
    """
    result = _read_result(folder)
    columns, programme = _read_trajectory(folder / "trajectory.parquet")
    return result, columns, programme


def _read_result(folder: Path) -> dict[str, Any]:
    path = folder / "result.json"
    if not path.exists():
        raise ExportError("is not a run folder: it holds no result.json", file=folder)
    try:
        result: dict[str, Any] = json.loads(read_bytes(path, ExportError, _MOST_RESULT_BYTES))
    except (ValueError, RecursionError) as error:
        raise ExportError(f"is damaged: it is not JSON; {_AGAIN}", file=path) from error
    found = result.get("format") if isinstance(result, dict) else None
    if found is None:
        raise ExportError("is no result of this program", file=path)
    if found != RESULT_FORMAT:
        raise ExportError("is another format", file=path, key="format", value=found, allowed=RESULT_FORMAT)
    manifest = result.get("manifest")
    if not isinstance(manifest, dict) or not isinstance(manifest.get("inputs_sha256"), str):
        raise ExportError(f"is damaged: it lacks manifest.inputs_sha256; {_AGAIN}", file=path)
    for key, kind in (("status", str), ("assumptions", list), ("liftoff_utc", str | None)):
        if key not in result or not isinstance(result[key], kind):
            raise ExportError(f"is damaged: it lacks {key}; {_AGAIN}", file=path)
    return result


def _read_trajectory(path: Path) -> tuple[dict[str, numpy.ndarray[Any, Any]], str]:
    import pyarrow
    import pyarrow.parquet

    if not path.exists():
        raise ExportError(f"is missing; {_AGAIN}", file=path)
    # Arrow itself would wait for a pipe, read a folder as one table, and reserve a gibibyte for its pool.
    data = pyarrow.BufferReader(read_bytes(path, ExportError, _MOST_TRAJECTORY_BYTES))
    try:
        source = pyarrow.parquet.ParquetFile(data, memory_map=False)
        return columns_from_table(source.read(use_threads=False))
    except (OSError, pyarrow.ArrowException) as error:
        raise ExportError(f"is damaged: it is not a Parquet file; {_AGAIN}", file=path) from error
    except ExportError as error:
        raise ExportError(f"{error.message}; {_AGAIN}", file=path) from error
    except (ValueError, TypeError) as error:
        raise ExportError(
            f"is damaged: a column of numbers holds something else; {_AGAIN}", file=path
        ) from error


def json_text(record: Mapping[str, Any]) -> str:
    """The record as indented JSON; numpy scalars and arrays become numbers and lists.

    Raises ExportError naming the first number that is not finite: JSON has no NaN.
    """
    return json.dumps(_plain(record, ""), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, Mapping):
        return {
            str(key): _plain(item, f"{where}.{key}" if where else str(key)) for key, item in value.items()
        }
    if isinstance(value, numpy.ndarray | list | tuple):
        return [_plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, numpy.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise ExportError(f"{where} is {value}: a result holds finite numbers only")
    if isinstance(value, str | bool | int | float | type(None)):
        return value
    raise ExportError(f"{where} is a {type(value).__name__}, which JSON does not have")


def _write_table(table: Any, path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    try:
        pyarrow.parquet.write_table(table, path, compression="zstd")
    except pyarrow.ArrowException as error:
        raise ExportError(f"the trajectory could not be written: {error}", file=path) from error


def _beside(folder: Path) -> Path:
    return folder.parent / f".{folder.name}.partial-{os.getpid()}"


def _move_into_place(partial: Path, folder: Path) -> None:
    if partial.parent == folder:
        # An empty folder the user made (perhaps a mount point, which cannot be renamed over) is filled;
        # result.json comes last, since its presence is what makes a run folder.
        for item in sorted(partial.iterdir(), key=lambda path: path.name == "result.json"):
            item.rename(folder / item.name)
    else:
        partial.rename(folder)


def _refuse_occupied(folder: Path) -> None:
    try:
        with os.scandir(folder) as entries:
            first = next(entries, None)
    except FileNotFoundError:
        return
    except NotADirectoryError:
        if not folder.exists():
            return  # a file stands above it, which `_refuse_unwritable` names
        raise ExportError("is a file; name a new or empty folder", file=folder) from None
    except OSError as error:
        raise ExportError(f"cannot be a run folder: {str(error.strerror).lower()}", file=folder) from error
    if first is not None:
        raise ExportError(f"is not empty (it holds {first.name}); name a new or empty folder", file=folder)


def _refuse_unwritable(folder: Path) -> None:
    nearest = folder.absolute()
    while not os.path.lexists(nearest):
        nearest = nearest.parent
    if not nearest.is_dir():
        raise ExportError(f"cannot be made: {nearest} is not a folder", file=folder)
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise ExportError(f"cannot be made: {nearest} is not writable", file=folder)
