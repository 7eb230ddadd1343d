"""The verb `performance`: a survey from the mission file to its folder and its table, gone on with where it stopped."""

import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cosmodrome import __version__
from cosmodrome.commands.flying import interruptible, progress_line
from cosmodrome.errors import MissionFileError
from cosmodrome.files.toml import read_bytes
from cosmodrome.reporting.folder import json_text
from cosmodrome.reporting.performance_folder import choose_performance_folder, write_performance

if TYPE_CHECKING:
    from cosmodrome.survey.grid import Grid

SOUND, UNSOUND = 0, 1


def survey_mission(
    mission_path: Path,
    vary: Sequence[str],
    output: Path | None,
    *,
    workers: int | None,
    is_resumed: bool,
    as_json: bool,
) -> int:
    """Survey a mission, write its folder, tell the table; the exit code: 0 where every point is decided.

    Raises click.Abort, with a sentence that says what is kept, when it is interrupted.
    """
    from cosmodrome.survey.grid import read_grid
    from cosmodrome.survey.journal import Journal
    from cosmodrome.survey.performance import survey

    begun = time.perf_counter()
    mission_bytes = read_bytes(mission_path, MissionFileError)
    folder = choose_performance_folder(mission_path, output, is_resumed=is_resumed)
    grid = read_grid(mission_path, vary)
    inputs = _inputs_sha256(grid)
    identity = _identity(grid, inputs)
    journal = Journal.resume(folder, identity, grid) if is_resumed else Journal.begin(folder, identity)
    try:
        with progress_line(silent=as_json) as show, interruptible(show) as progress:
            found = survey(
                grid, workers=workers or _cores(), known=journal.points, keep=journal.add, progress=progress
            )
            record = found.to_record()
            record["manifest"] = {"version": __version__, "inputs_sha256": inputs}
            record["timing_s"] = {"total": time.perf_counter() - begun}
            progress("drawing")
            write_performance(folder, record, mission_bytes)
    except KeyboardInterrupt:
        kept = f"{len(journal.points)} of {len(grid.cells)} points are kept in {folder}"
        raise click.Abort(f"Interrupted; {kept}, go on with -o {folder} --resume.") from None
    finally:
        journal.close()
    if as_json:
        click.echo(json_text(record))
    else:
        from cosmodrome.reporting.performance_summary import write_performance_summary

        # A reader that leaves early (`| head`) does not change the answer.
        with suppress(BrokenPipeError):
            write_performance_summary(record, folder, sys.stdout)
    return SOUND if found.is_sound else UNSOUND


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _inputs_sha256(grid: "Grid") -> str:
    """A hash of all that the answers depend on: the questions at both ends of the grid."""
    from cosmodrome.ascent.problem import pose
    from cosmodrome.result import inputs_sha256

    ends = [inputs_sha256(pose(*grid.question(cell))) for cell in (grid.cells[0], grid.cells[-1])]
    return hashlib.sha256("".join(ends).encode()).hexdigest()


def _identity(grid: "Grid", inputs: str) -> str:
    """A hash of what a survey is: its inputs, its axes, and the version that solves it."""
    asked = [inputs, __version__, [[axis.key, axis.values] for axis in grid.axes]]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()
