"""What a survey has found so far, one line a point, on disk before the next is told: a kill loses what is in flight.

{"format": …, "identity": …}     what was asked; another question is never mixed in
{"cell": [0, 3], …}              a point; a later line about a cell stands instead of an earlier one
"""

import json
import os
from pathlib import Path
from typing import IO

from cosmodrome.errors import ExportError
from cosmodrome.files.toml import read_bytes
from cosmodrome.survey.grid import Cell, Grid
from cosmodrome.survey.point import Point

FORMAT = "cosmodrome-performance-points/1"
NAME = "points.jsonl"
_MOST_BYTES = 64 << 20  # ten times what the largest survey writes


class Journal:
    """The journal of one survey in its folder; `points` are those that it already holds."""

    def __init__(self, stream: IO[bytes], points: dict[Cell, Point]):
        self.stream, self.points = stream, points

    @classmethod
    def begin(cls, folder: Path, identity: str) -> "Journal":
        """A new journal; ExportError when the folder cannot be written."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            journal = cls((folder / NAME).open("xb"), {})
            journal._write({"format": FORMAT, "identity": identity})
        except OSError as error:
            raise ExportError(
                f"cannot be written ({(error.strerror or str(error)).lower()})", file=folder
            ) from error
        return journal

    @classmethod
    def resume(cls, folder: Path, identity: str, grid: Grid) -> "Journal":
        """The journal that a folder holds, open to go on; what a kill left unfinished at its end is cut off.

        Raises ExportError when there is none, when it is damaged, or when it is of another question.
        """
        path = folder / NAME
        if not path.exists():
            raise ExportError(f"holds no survey to go on with: there is no {NAME} in it", file=folder)
        lines = read_bytes(path, ExportError, _MOST_BYTES).splitlines(keepends=True)
        try:
            whole = [line for line in lines if line.endswith(b"\n")]
            points = _understood(whole, path, folder, identity)
            if any(cell not in grid.cells or grid.values(cell) != p.values for cell, p in points.items()):
                raise _damaged(path)
            stream = path.open("r+b")
            stream.truncate(sum(map(len, whole)))
            stream.seek(0, os.SEEK_END)
        except OSError as error:
            raise ExportError(
                f"cannot be written ({(error.strerror or str(error)).lower()})", file=path
            ) from error
        return cls(stream, points)

    def add(self, point: Point) -> None:
        """Put a point on disk."""
        self.points[point.cell] = point
        self._write(point.to_record())

    def close(self) -> None:
        """Leave the file."""
        self.stream.close()

    def _write(self, record: dict[str, object]) -> None:
        self.stream.write(json.dumps(record, ensure_ascii=False, allow_nan=False).encode() + b"\n")
        self.stream.flush()
        os.fsync(self.stream.fileno())


def _understood(lines: list[bytes], path: Path, folder: Path, identity: str) -> dict[Cell, Point]:
    """The points of a journal's whole lines; ExportError when they are not those of this survey."""
    try:
        head = json.loads(lines[0])
        if head["format"] == FORMAT and head["identity"] != identity:
            raise ExportError(
                "holds another survey: the mission, its vehicle, what is varied or this program has changed since; "
                "begin again in another folder",
                file=folder,
            )
        points = [Point.from_record(json.loads(line)) for line in lines[1:]]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise _damaged(path) from error
    if head["format"] != FORMAT:
        raise _damaged(path)
    return {point.cell: point for point in points}


def _damaged(path: Path) -> ExportError:
    return ExportError("is damaged; begin again in another folder", file=path)
