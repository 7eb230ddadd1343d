"""The verb `validate`: outside truths beside our values, and whether any fails."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from cosmodrome.commands.flying import interruptible, progress_line

if TYPE_CHECKING:
    from cosmodrome.validation.truths import Row

FORMAT = "cosmodrome-validation/1"
_WORKERS = 2
_UNEXPLAINED = {
    True: "no value: its plan is not verified",
    False: "misses its tolerance, and no cause is known",
}


def validate_all(*, as_json: bool) -> int:
    """Run every truth and print the rows; 1 where one fails, else 0."""
    from cosmodrome.reporting.folder import json_text
    from cosmodrome.validation.validate import validate

    with progress_line(silent=as_json) as show, interruptible(show) as progress:
        rows = validate(progress, workers=min(_WORKERS, _cores()))
    if as_json:
        click.echo(json_text({"format": FORMAT, "rows": [row.to_record() for row in rows]}))
        _tell_missing(rows)
    else:
        # A reader that leaves early (`| head`) does not change the answer.
        with suppress(BrokenPipeError):
            _print_rows(rows)
    return exit_code(rows)


def exit_code(rows: Sequence["Row"]) -> int:
    """Return 1 where a row fails, a miss that is known with its cause too, else 0."""
    return int(any(row.verdict == "fail" for row in rows))


def _tell_missing(rows: Sequence["Row"]) -> None:
    """On stderr, what to install for the rows that were not run."""
    for lacks in dict.fromkeys(row.lacks for row in rows if row.lacks):
        ids = ", ".join(row.truth.id for row in rows if row.lacks == lacks)
        click.echo(f"Not run: {ids}: {lacks}", err=True)


def _print_rows(rows: Sequence["Row"]) -> None:
    from rich.table import Table
    from rich.text import Text

    from cosmodrome.reporting.summary import summary_console

    console = summary_console(sys.stdout)
    table = Table(box=None, header_style="dim", padding=(0, 1))
    for heading in ("id", "reference", "ours", "difference", "tolerance", "unit", "", "source"):
        is_number = heading in ("reference", "ours", "difference", "tolerance")
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=heading != "source")
    for row in rows:
        truth = row.truth
        numbers = (_number(truth.reference), _number(row.ours), _number(row.difference, 3))
        style = {"pass": "green", "fail": "bold red", "not-run": "yellow"}[row.verdict]
        table.add_row(
            truth.id,
            *numbers,
            f"{truth.tolerance:.4g}",
            truth.unit,
            Text(row.verdict, style=style),
            Text(truth.source),
        )
    console.print(table)
    told = [(row.truth.id, row.truth.cause) for row in rows if row.is_known_miss]
    told += [
        (row.truth.id, row.broke or _UNEXPLAINED[row.ours is None])
        for row in rows
        if row.verdict == "fail" and not row.is_known_miss
    ]
    told += [(row.truth.id, row.lacks) for row in rows if row.lacks]
    for id_, sentence in told:
        console.print(Text(f"{id_}: {sentence}"))
    console.print(Text(summary_line(rows), style="bold"))


def summary_line(rows: Sequence["Row"]) -> str:
    """Return how many rows there are of each verdict, in words."""
    count = {verdict: sum(row.verdict == verdict for row in rows) for verdict in ("pass", "fail", "not-run")}
    known = sum(row.is_known_miss for row in rows)
    return (
        f"{count['pass']} of {len(rows)} pass, {count['fail']} fail ({known} of them known misses with their cause), "
        f"{count['not-run']} not run"
    )


def _number(value: float | None, digits: int = 9) -> str:
    return "" if value is None else f"{value:.{digits}g}"


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
