"""The terminal's table of a survey: what is carried over the varied keys, what is flagged, and where it is all kept."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from rich.markup import escape
from rich.text import Text

from cosmodrome.reporting.labels import number, significant
from cosmodrome.reporting.performance_folder import MEASURES
from cosmodrome.reporting.summary import new_table, summary_console

_MOST_COLUMNS = 9
_MOST_ROWS = 30
_MOST_LINES = 12


def write_performance_summary(record: Mapping[str, Any], folder: Path, stream: TextIO) -> None:
    """Write the table of a survey, its doubtful points and its answers that are no; the last line names the folder."""
    console = summary_console(stream)
    counts = record["counts"]
    told = [f"{counts[key]} {key.replace('-', ' ')}" for key in _STATES if counts[key]]
    measure = MEASURES[record["objective"]]
    words = measure.removesuffix("_kg").replace("_", " ")
    console.print(
        Text(f"{record['vehicle']} from {record['site']}: {words}, kg ({', '.join(told)})", style="bold")
    )
    is_two = len(record["axes"]) == 2
    console.print(_matrix(record, measure) if is_two else _list(record, measure))
    if is_two:
        console.print(
            Text(f"{record['axes'][0]['key']} down, {record['axes'][1]['key']} across", style="dim")
        )
    for title, lines in (("Flagged (*)", _flagged(record)), ("No payload (–)", _silent(record))):
        if lines:
            console.print(Text(title, style="bold"))
            for line in lines[:_MOST_LINES]:
                console.print(Text(f"  {line}"))
            if len(lines) > _MOST_LINES:
                console.print(Text(f"  … and {len(lines) - _MOST_LINES} more in performance.json"))
    console.print()
    # Not wrapped: a path broken over two lines cannot be copied.
    console.print(f"Folder: {escape(str(folder))}", soft_wrap=True, highlight=False)


_STATES = ("verified", "unverified", "infeasible", "not-converged", "flagged")


def _list(record: Mapping[str, Any], measure: str) -> Any:
    axis = record["axes"][0]
    table = new_table(axis["key"], "kg", "second start", "status", "limits touched", numeric_from=0)
    for point in (record["points"][k] for k in _chosen(len(record["points"]), _MOST_ROWS)):
        table.add_row(
            significant(point["values"][0]),
            _told(point, measure, 1),
            number(point["second_payload_kg"], 1),
            point["status"] if point["method"] != "inferred" else f"{point['status']}, inferred",
            ", ".join(point["active_limits"]),
        )
    return table


def _matrix(record: Mapping[str, Any], measure: str) -> Any:
    down, across = (axis["values"] for axis in record["axes"])
    columns = _chosen(len(across), _MOST_COLUMNS)
    table = new_table("", *(significant(across[k]) for k in columns), numeric_from=0)
    for row in _chosen(len(down), _MOST_ROWS):
        points = [record["points"][row * len(across) + k] for k in columns]
        table.add_row(significant(down[row]), *(_told(point, measure, 0) for point in points))
    return table


def _told(point: Mapping[str, Any], measure: str, digits: int) -> str:
    return number(point[measure], digits) + ("*" if point["flag"] else "")


def _chosen(count: int, most: int) -> list[int]:
    """All indices, or as many as fit, evenly spread with both ends."""
    if count <= most:
        return list(range(count))
    return sorted({round(k * (count - 1) / (most - 1)) for k in range(most)})


def _flagged(record: Mapping[str, Any]) -> list[str]:
    return [f"{_where(record, p)}: {p['flag']}" for p in record["points"] if p["flag"]]


def _silent(record: Mapping[str, Any]) -> list[str]:
    """Each cause once, with how often it was found and how often only inferred."""
    causes: dict[str, list[Mapping[str, Any]]] = {}
    for point in record["points"]:
        if point["payload_kg"] is None:
            causes.setdefault(point["code"], []).append(point)
    lines = []
    for code, points in causes.items():
        solved = [p for p in points if p["method"] != "inferred"]
        inferred = len(points) - len(solved)
        aside = f", {inferred} of them inferred" if inferred else ""
        example = f"; at {_where(record, solved[0])}: {solved[0]['message']}" if solved else ""
        lines.append(f"{code}: {len(points)} points{aside}{example}")
    return lines


def _where(record: Mapping[str, Any], point: Mapping[str, Any]) -> str:
    pairs: Sequence[tuple[Any, float]] = list(zip(record["axes"], point["values"], strict=True))
    return ", ".join(f"{axis['key']} = {significant(value)}" for axis, value in pairs)
