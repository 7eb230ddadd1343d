"""The terminal summary of a run: verdict, timeline, burns, limits, drop points, budget, verification, assumptions.

On a terminal with colours and rules; into a file or a pipe as plain aligned text of the same content.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cosmodrome.reporting.labels import (
    audit_rows,
    clock_text,
    limit_rows,
    moment_text,
    number,
    orbit_text,
    significant,
    span_text,
)
from cosmodrome.reporting.record import burns_of_last_stage, told_once

_PLAIN_WIDTH = 110
_LONGEST_LIST = 8
_VERDICT_STYLE = {
    "verified": "bold green",
    "unverified": "bold yellow",
    "infeasible": "bold red",
    "not-converged": "bold red",
}
_STATE_STYLE = {"kept": "green", "active": "yellow", "broken": "bold red"}


class _Console(Console):
    """A console that leaves a closed pipe to its caller, who knows the exit code; rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def write_summary(
    result: Mapping[str, Any],
    folder: Path,
    stream: TextIO,
    *,
    ltan_h: float | None = None,
    maximize: str = "payload",
) -> None:
    """Write what a person wants to know first about `result`; the last line names the run folder.

    `ltan_h` is the local time of the insertion's ascending node, told beside the lift-off time; `maximize` is what the
    mission made largest, which is what exchange ratios are counted in.
    """
    largest = maximize.replace("_", " ")
    console = summary_console(stream)
    console.print(_verdict(result, ltan_h))
    for sentence in _diagnosis(result):
        console.print(sentence)
    for title, table in (
        ("Timeline", _timeline(result["events"])),
        ("Burns of the last stage", _burns(result)),
        ("Limits", _limits(result)),
        ("Drop points", _drop_points(result["drop_points"])),
        ("Velocity budget, m/s", _budget(result["delta_v_m_s"])),
        (f"What {largest} costs", _exchange(result["exchange_kg"], largest)),
    ):
        if table is not None:
            console.print()
            console.print(Text(title, style="bold"))
            console.print(table)
    for title, lines in (
        ("Verification", _verification(result)),
        ("Assumptions", _assumptions(result["assumptions"])),
    ):
        if lines:
            console.print()
            console.print(Text(title, style="bold"))
            for line in lines:
                console.print(Text(f"  {line}"))
    console.print()
    # Not wrapped: a path broken over two lines cannot be copied.
    console.print(f"Run folder: {escape(str(folder))}", soft_wrap=True, highlight=False)


def summary_console(stream: TextIO) -> Console:
    """A console for `stream`: as wide as a terminal, else of fixed width and without colour."""
    if stream.isatty():
        return _Console(file=stream, highlight=False)
    return _Console(file=stream, highlight=False, width=_PLAIN_WIDTH, no_color=True, force_terminal=False)


def new_table(*headings: str, numeric_from: int = 1) -> Table:
    """A borderless table whose columns from `numeric_from` on are right-aligned."""
    table = Table(box=None, pad_edge=True, header_style="dim", padding=(0, 1))
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index >= numeric_from else "left", no_wrap=index > 0)
    return table


def _verdict(result: Mapping[str, Any], ltan_h: float | None) -> Text:
    status = result["status"]
    text = Text(status.upper().replace("-", " "), style=_VERDICT_STYLE.get(status, "bold"))
    if result["payload_kg"] is not None and status in ("verified", "unverified"):
        text.append(f"  {number(result['payload_kg'], 1)} kg", style="bold")
        text.append(f" of payload to {orbit_text(result['insertion'])}", style="default")
        details = [f"lift-off mass {number(result['liftoff_mass_kg'], 2, 1e3)} t"]
        if result["insertion"]:
            details.append(f"insertion at T+{moment_text(result['insertion']['t_s'])}")
        if result["margin_kg"] is not None:
            details.append(f"{number(result['margin_kg'], 1)} kg of usable propellant left")
        text.append("\n" + ", ".join(details), style="default")
        if result["liftoff_utc"]:
            text.append(f"\nlift-off at {_instant(result['liftoff_utc'])}", style="default")
            if ltan_h is not None:
                text.append(f", ascending node at {_time_of_day(ltan_h)} local mean solar time")
    return text


def _diagnosis(result: Mapping[str, Any]) -> list[Text]:
    diagnosis = result["diagnosis"]
    if diagnosis is None:
        return []
    lines = [Text(f"{diagnosis['message'].rstrip('.')}. ({diagnosis['code']})")]
    nearest = diagnosis["nearest_feasible"]
    if nearest is not None:
        value = f"{nearest['key']} = {significant(nearest['value'])} {nearest['unit'] or ''}".rstrip()
        carries = (
            "" if nearest["payload_kg"] is None else f", which carries {number(nearest['payload_kg'])} kg"
        )
        lines.append(Text(f"Nearest question with an answer: {value}{carries}."))
    return lines


def _timeline(events: Sequence[Mapping[str, Any]]) -> Table | None:
    if not events:
        return None
    last = max(event["t_s"] or 0.0 for event in events)
    headings = (
        "T+\ns" if last < 3600.0 else "T+\ns, h:mm:ss",
        "altitude\nkm",
        "downrange\nkm",
        "speed\nm/s",
        "climb\ndeg",
        "mass\nt",
        "q\nkPa",
        "axial\ng",
    )
    table = new_table("event", *headings)
    for event in told_once(events):
        table.add_row(
            escape(event["name"]),
            clock_text(event["t_s"], 1),
            number(event["altitude_m"], 1, 1e3),
            number(event["downrange_m"], 1, 1e3),
            number(event["speed_relative_m_s"], 0),
            number(event["flight_path_angle_deg"], 1),
            number(event["mass_kg"], 2, 1e3),
            number(event["dynamic_pressure_pa"], 1, 1e3),
            number(event["axial_acceleration_g"], 2),
        )
    return table


def _burns(result: Mapping[str, Any]) -> Table | None:
    """Burns of the last stage and the coasts between them and up to insertion; None where it burns once."""
    burns = burns_of_last_stage(result)
    if len(burns) < 2:
        return None
    table = new_table("", "start\nT+", "length", "propellant\nkg", "delta v\nm/s")
    ended: float | None = None
    for rank, burn in enumerate(burns, 1):
        start, length = burn["t_start_s"], burn["duration_s"]
        if None not in (ended, start):
            table.add_row("coast", moment_text(ended), span_text(start - (ended or 0.0)), "", "")
        ended = None if None in (start, length) else start + length
        table.add_row(
            f"burn {rank}",
            moment_text(start),
            "–" if length is None else span_text(length),
            number(burn["propellant_kg"], 1),
            number(burn["delta_v_m_s"], 1),
        )
    return table


def _limits(result: Mapping[str, Any]) -> Table | None:
    rows = limit_rows(result)
    if not rows:
        return None
    table = new_table("limit", "value", "reached", "at T+", "state", "price")
    for row in rows:
        price = "" if not row.multiplier else f"{significant(row.multiplier)} kg per {row.key_unit}"
        table.add_row(
            row.name,
            f"{'≥' if row.is_floor else '≤'} {significant(row.limit)} {row.unit}",
            f"{significant(row.peak)} {row.unit}",
            clock_text(row.t_s, 1),
            Text(row.state, style=_STATE_STYLE[row.state]),
            price,
        )
    return table


def _drop_points(drops: Sequence[Mapping[str, Any]]) -> Table | None:
    if not drops:
        return None
    table = new_table("body", "latitude deg", "longitude deg", "downrange km", "at T+")
    for drop in drops:
        table.add_row(
            escape(drop["body"]),
            number(drop["latitude_deg"], 3),
            number(drop["longitude_deg"], 3),
            number(drop["downrange_m"], 1, 1e3),
            clock_text(drop["t_s"]),
        )
    return table


def _budget(budget: Mapping[str, float] | None) -> Table | None:
    if budget is None or None in budget.values():
        return None
    losses = ("pressure_loss", "steering_loss", "drag_loss", "gravity_loss")
    table = new_table(
        "rotation", "engines", "pressure", "steering", "drag", "gravity", "at the end", numeric_from=0
    )
    table.add_row(
        number(budget["gain"], 1),
        f"+{number(budget['ideal'], 1)}",
        *(f"{'−' if budget[loss] >= 0.0 else '+'}{number(abs(budget[loss]), 1)}" for loss in losses),
        f"= {number(budget['gain'] + budget['ideal'] - sum(budget[loss] for loss in losses), 1)}",
    )
    return table


def _exchange(ratios: Sequence[Mapping[str, Any]], largest: str) -> Table | None:
    known = [ratio for ratio in ratios if ratio["payload"] is not None]
    if not known:
        return None
    table = new_table("one more", "of", f"changes the {largest} by", numeric_from=2)
    for ratio in known[:_LONGEST_LIST]:
        sign = "−" if ratio["payload"] < 0.0 else "+"
        table.add_row(
            escape(ratio["per"]), escape(ratio["of"]), f"{sign}{significant(abs(ratio['payload']))} kg"
        )
    if len(known) > _LONGEST_LIST:
        table.add_row("…", f"{len(known) - _LONGEST_LIST} more in result.json", "")
    return table


def _verification(result: Mapping[str, Any]) -> list[str]:
    """How the flight confirms the plan, where there is one, and how its own books close."""
    lines = [f"{what[0].lower()}{what[1:]}: {left}" for what, left in audit_rows(result["audit"])]
    found = result["verification"]
    if found is None or found["position_gap_m"] is None:
        return lines
    gaps = [
        f"{significant(found[key])} {unit}"
        for key, unit in (("position_gap_m", "m"), ("velocity_gap_m_s", "m/s"), ("payload_gap_kg", "kg"))
    ]
    plural = "" if found["refinements"] == 1 else "s"
    lines.insert(
        0,
        f"flown again from lift-off: {', '.join(gaps)} from the plan, {found['refinements']} refinement{plural}",
    )
    if found["second_payload_kg"] is not None:
        verb = "agrees" if found["starts_agree"] else "does NOT agree"
        lines.append(f"a second start {verb}: {number(found['second_payload_kg'], 1)} kg")
    return lines


def _instant(utc: str) -> str:
    """An instant as "2027-04-15 02:00:00.000 UTC"."""
    return utc.replace("T", " ").replace("Z", " UTC")


def _time_of_day(hours: float) -> str:
    """A time of day as "10:30:00"."""
    seconds = round(hours * 3600.0) % 86400
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _assumptions(assumptions: Sequence[str]) -> list[str]:
    lines = list(assumptions[:_LONGEST_LIST])
    if len(assumptions) > _LONGEST_LIST:
        lines.append(f"… and {len(assumptions) - _LONGEST_LIST} more in result.json")
    return lines
