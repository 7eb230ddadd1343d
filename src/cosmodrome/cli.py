"""The command line: verbs, options, and how an ending becomes an exit code.

    0    verified, all limits kept           1    the honest answer is no
    2    wrong files or command line         3    the solver did not converge
    70   a defect of this program            130  interrupted

With `--json` stdout carries exactly one JSON object, on errors too. Each verb imports what it needs when it
runs, so that `--help` needs click alone and `check` neither the solver nor the kernels.
"""

import _thread
import errno
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from cosmodrome import __version__
from cosmodrome.errors import CosmodromeError

WRONG_INPUT, DEFECT, INTERRUPTED = 2, 70, 130
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)  # what a stream says whose disk takes no more


class _Place(click.Path):
    """A file or folder that somebody names."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path, which always has a name that a message can tell."""
        text = os.fspath(value)
        if not text.strip():
            self.fail("an empty name is neither a file nor a folder", param, ctx)
        if text.startswith("-"):
            # `-o --json` would else write a folder of that name and forget what was meant.
            self.fail(f'"{text}" looks like an option; write ./{text} for a file of that name', param, ctx)
        path = Path(text)
        return path if path.name else path.absolute()


_MISSION = click.argument("mission", type=_Place(), metavar="MISSION")
_OUTPUT = click.option(
    "-o",
    "--output",
    type=_Place(),
    metavar="DIR",
    help="New or empty folder for the results.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Write exactly one JSON object to stdout.")


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="cosmodrome")
@click.pass_context
def verbs(context: click.Context) -> int:
    """Launch-mission analysis: how much a rocket carries to an orbit, how it flies, what it drops where."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return 0


@verbs.command()
@_MISSION
@_OUTPUT
@_JSON
def run(mission: Path, output: Path | None, as_json: bool) -> int:
    """Plan the best flight, verify it, draw it.

    Leaves a run folder with result, trajectory and figures, and prints a summary whose last line names it.
    """
    from cosmodrome.commands.flying import plan_mission

    return plan_mission(mission, output, as_json=as_json, with_figures=True)


@verbs.command()
@_MISSION
@_OUTPUT
@_JSON
def plan(mission: Path, output: Path | None, as_json: bool) -> int:
    """Plan the best flight and verify it.

    Like run, without figures.
    """
    from cosmodrome.commands.flying import plan_mission

    return plan_mission(mission, output, as_json=as_json, with_figures=False)


@verbs.command()
@_MISSION
@click.option(
    "--plan",
    "plan_folder",
    type=_Place(),
    metavar="RUN_DIR",
    help="Run folder to fly again.",
)
@_OUTPUT
@_JSON
def fly(mission: Path, plan_folder: Path | None, output: Path | None, as_json: bool) -> int:
    """Fly a plan without optimising.

    Flies the plan in RUN_DIR, or the attitude program that the mission names.
    """
    from cosmodrome.commands.flying import fly_mission

    return fly_mission(mission, plan_folder, output, as_json=as_json)


@verbs.command()
@_MISSION
@click.option(
    "--vary",
    required=True,
    multiple=True,
    metavar="KEY=FROM:TO:POINTS",
    help="A number and its values, once or twice; KEY=V1,V2,… lists them.",
)
@_OUTPUT
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes; default: one for each core."
)
@click.option("--resume", is_flag=True, help="Go on with the survey that the folder holds.")
@_JSON
def performance(
    mission: Path,
    vary: tuple[str, ...],
    output: Path | None,
    workers: int | None,
    resume: bool,
    as_json: bool,
) -> int:
    """Payload over one or two varied keys.

    Every point is verified; leaves table, figure and data, and prints the table.
    """
    from cosmodrome.commands.performing import survey_mission

    return survey_mission(mission, vary, output, workers=workers, is_resumed=resume, as_json=as_json)


@verbs.command()
@click.argument("file", type=_Place(), metavar="MISSION|VEHICLE")
@_JSON
def check(file: Path, as_json: bool) -> int:
    """Read and cross-check a file; fly nothing.

    Prints masses, thrust-to-weight, ideal velocity gains, the defaults that were taken, and warnings about what is
    not wrong but unlikely.
    """
    from cosmodrome.commands.checking import check_file

    return check_file(file, as_json=as_json)


@verbs.group(invoke_without_command=True)
@_JSON
@click.pass_context
def catalogue(context: click.Context, as_json: bool) -> int:
    """Vehicles and sites that come with it."""
    context.obj = as_json
    if context.invoked_subcommand is None:
        from cosmodrome.commands.browsing import list_catalogue

        return list_catalogue(as_json=as_json)
    return 0


@catalogue.command(name="list")
@_JSON
@click.pass_obj
def catalogue_list(before: bool, as_json: bool) -> int:
    """List every id."""
    from cosmodrome.commands.browsing import list_catalogue

    return list_catalogue(as_json=before or as_json)


@catalogue.command(name="show")
@click.argument("item", metavar="ID")
@_JSON
@click.pass_obj
def catalogue_show(before: bool, item: str, as_json: bool) -> int:
    """Show the numbers of one vehicle or site, each with its source."""
    from cosmodrome.commands.browsing import show_catalogue

    return show_catalogue(item, as_json=before or as_json)


@verbs.command()
@_JSON
def validate(as_json: bool) -> int:
    """Compare with outside truths, in two minutes.

    Runs published optima, others' simulations, flown missions and laws, and prints reference, ours, difference,
    tolerance and verdict. Ends with 1 where a row fails; a known miss is told with its cause, and fails all the same.
    Rows that need a library which is not installed are "not-run".
    """
    from cosmodrome.commands.validating import validate_all

    return validate_all(as_json=as_json)


@verbs.command()
@click.argument("file", type=_Place(), metavar="FILE")
@click.option("--vehicle", required=True, metavar="ID", help="Catalogue id, as soyuz-2.1b.")
@click.option("--site", required=True, metavar="ID", help="Catalogue id, as vostochny-1s.")
@click.option(
    "--orbit",
    required=True,
    metavar="ORBIT",
    help='"sso 500 km", "200x240 km 51.6 deg" or "escape 10 km2/s2".',
)
def new(file: Path, vehicle: str, site: str, orbit: str) -> int:
    """Write a mission file to start from."""
    from cosmodrome.commands.starting import write_mission

    return write_mission(file, vehicle, site, orbit)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    as_json = "--json" in arguments
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Unicode shows a question mark for "×"; it must not end the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        with _one_way_out():
            code = verbs.main(args=arguments, prog_name="cosmodrome", standalone_mode=False)
    except CosmodromeError as error:
        return _end(error.__class__.__name__, str(error), WRONG_INPUT, as_json, vars(error))
    except (click.Abort, KeyboardInterrupt) as error:
        return _end("Interrupted", str(error) or "Interrupted; no result was written.", INTERRUPTED, as_json)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx is not None else "cosmodrome"
        sentence = f"{where}: {error.format_message().rstrip('.')} (see {where} --help)"
        return _end("UsageError", " ".join(sentence.split()), WRONG_INPUT, as_json)
    except click.ClickException as error:
        return _end(error.__class__.__name__, error.format_message(), WRONG_INPUT, as_json)
    except BrokenPipeError:
        code = 0
    except OSError as error:
        if error.filename is None and error.errno in _FULL:
            return _end_without_output(error)
        return _end_as_defect(error, as_json)
    except Exception as error:
        return _end_as_defect(error, as_json)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left (`cosmodrome catalogue | head`): nothing is wrong and nobody listens.
        _abandon_output()
    except OSError as error:
        return _end_without_output(error)
    return code if isinstance(code, int) else 0


@contextmanager
def _one_way_out() -> Iterator[None]:
    """SIGTERM ends the program as Ctrl-C does; an interrupt that lands where Python can only ignore it comes again.

    Where Ctrl-C is ignored (nohup) SIGTERM kills as it always did.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        on_interrupt = signal.getsignal(signal.SIGINT)
        (on_interrupt if callable(on_interrupt) else signal.default_int_handler)(signal.SIGINT, frame)

    def repeat(unraisable: "sys.UnraisableHookArgs") -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            _thread.interrupt_main()
        else:
            sys.__unraisablehook__(unraisable)

    is_main = threading.current_thread() is threading.main_thread()
    ours = (signal.default_int_handler, signal.SIG_DFL)
    if not is_main or (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) != ours:
        yield
        return
    before = sys.unraisablehook
    signal.signal(signal.SIGTERM, interrupt)
    sys.unraisablehook = repeat
    try:
        yield
    finally:
        sys.unraisablehook = before
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _end(error: str, message: str, code: int, as_json: bool, fields: dict[str, Any] | None = None) -> int:
    """Say in one sentence, or with --json in one object, why the program ends; the exit code."""
    if as_json:
        given = {key: _speakable((fields or {}).get(key)) for key in ("file", "key", "value", "allowed")}
        record = {"format": "cosmodrome-error/1", "error": error, **given, "message": message}
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        click.echo(message, err=True)
    return code


def _end_as_defect(error: Exception, as_json: bool) -> int:
    """Say what nobody foresaw, with its traceback; the exit code."""
    traceback.print_exc()
    sentence = f"This is a defect of cosmodrome, please report it: {type(error).__name__}: {error}"
    return _end(type(error).__name__, " ".join(sentence.split()), DEFECT, as_json)


def _end_without_output(error: OSError) -> int:
    """Say on stderr that stdout takes no more; the exit code."""
    _abandon_output()
    reason = (error.strerror or str(error)).lower()
    return _end("OSError", f"The output could not be written: {reason}.", WRONG_INPUT, as_json=False)


def _abandon_output() -> None:
    """Let go of what stdout still holds, which Python would try to write once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _speakable(value: Any) -> Any:
    """The value as JSON can hold it: what it has no word for, NaN among it, as text."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, list | tuple):
        return [_speakable(item) for item in value]
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
