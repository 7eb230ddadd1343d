"""The verbs that fly: `run`, `plan` and `fly`, from a mission file to a run folder and a summary."""

import io
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from cosmodrome.commands.checking import examine_mission
from cosmodrome.errors import MissionFileError
from cosmodrome.files.toml import read_bytes
from cosmodrome.reporting.folder import choose_run_folder, json_text, write_run_folder

if TYPE_CHECKING:
    from cosmodrome.run import Outcome

Progress = Callable[[str], None]


def plan_mission(mission_path: Path, output: Path | None, *, as_json: bool, with_figures: bool) -> int:
    """Plan and verify a mission, write its run folder, tell the result; the exit code."""

    def work(progress: Progress) -> "Outcome":
        progress("loading the solver")
        from cosmodrome.run import run

        return run(mission_path, progress)

    return _fly_and_deliver(mission_path, output, work, as_json=as_json, with_figures=with_figures)


def fly_mission(mission_path: Path, plan_folder: Path | None, output: Path | None, *, as_json: bool) -> int:
    """Fly a mission by the plan in `plan_folder`, or by its own attitude program; the exit code."""

    def work(progress: Progress) -> "Outcome":
        progress("loading the kernels")
        from cosmodrome.run import fly

        return fly(mission_path, plan_folder, progress)

    return _fly_and_deliver(mission_path, output, work, as_json=as_json, with_figures=True)


def _fly_and_deliver(
    mission_path: Path,
    output: Path | None,
    work: Callable[[Progress], "Outcome"],
    *,
    as_json: bool,
    with_figures: bool,
) -> int:
    # Everything that can be wrong without physics is found here, before the slow imports and the long work.
    mission_bytes = read_bytes(mission_path, MissionFileError)
    name = examine_mission(mission_path).resolved.mission.name
    folder = choose_run_folder(mission_path, output)
    try:
        with progress_line(silent=as_json) as show, interruptible(show) as progress:
            outcome = work(progress)
            progress("writing the run folder")
            # Chosen again: a run beside this one may have taken the default name meanwhile.
            folder = choose_run_folder(mission_path, output)
            write_run_folder(
                folder,
                outcome.result,
                outcome.columns,
                mission_bytes,
                name,
                outcome.programme,
                outcome.texts,
                with_figures=with_figures,
            )
        _tell(outcome, folder, as_json=as_json)
    except KeyboardInterrupt:
        if not (folder / "result.json").exists():
            raise
        raise click.Abort(f"Interrupted; the result is in {folder}.") from None
    return int(outcome.exit_code)


def _tell(outcome: "Outcome", folder: Path, *, as_json: bool) -> None:
    """Print the result, as the one JSON object or as a summary."""
    if as_json:
        click.echo(json_text(outcome.result))
        return
    from cosmodrome.reporting.summary import write_summary

    # A reader that leaves early (`| head`) does not change the answer.
    with suppress(BrokenPipeError):
        write_summary(
            outcome.result,
            folder,
            sys.stdout,
            ltan_h=outcome.background["reached"]["ltan_h"],
            maximize=outcome.background["objective"]["maximize"],
        )


@contextmanager
def interruptible(progress: Progress) -> Iterator[Progress]:
    """`progress`, which after a Ctrl-C also raises KeyboardInterrupt.

    The solver takes an interrupt for the wish to stop this one solve, and the search would go on with the
    next, after a warning on stderr; a compiled kernel turns it into a SystemError.  So the interrupt is remembered, and
    raised again at the next word of progress or in the place of what it was turned into; what libraries have to say
    meanwhile goes nowhere.
    """
    # Only the main thread may set a handler, and only it is interrupted; nohup's ignored signal stays ignored.
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield progress
        return
    is_interrupted = False
    silence = ExitStack()

    def remember(number: int, frame: FrameType | None) -> None:
        nonlocal is_interrupted
        if not is_interrupted:
            silence.enter_context(redirect_stderr(io.StringIO()))
        is_interrupted = True
        signal.default_int_handler(number, frame)

    def report(text: str) -> None:
        if is_interrupted:
            raise KeyboardInterrupt
        progress(text)

    signal.signal(signal.SIGINT, remember)
    try:
        yield report
    except Exception as error:
        if is_interrupted:
            raise KeyboardInterrupt from error
        raise
    finally:
        silence.close()
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def progress_line(*, silent: bool) -> Iterator[Progress]:
    """A function that shows what is being done, on stderr, and only where somebody watches it."""
    if silent or not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading the mission") as status:
        yield status.update
