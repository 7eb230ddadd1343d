"""Writes docs/peers.md from the record of `run.py`: tables, ratios within that run, and where we lose.

python benchmarks/peers/page.py [build/peers/peers.json]
"""

import argparse
import json
import statistics
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from measure import ROOT
from problem import ALLOWED_KG

PAGE = ROOT / "docs" / "peers.md"
NOTES = tomllib.loads(Path(__file__).with_name("notes.toml").read_text("utf-8"))
OURS = ("cosmodrome", "search")
# what our cold solve may take of a peer's, each in its better setting
_SHARES = {"yapss": 0.6, "maptor": 0.2}
# a published mass is known no better (kg), and a load above this is somebody else's work
_ROUNDED_KG, _QUIET = 5e-5, 1.5


@dataclass(frozen=True)
class Program:
    """One program with one setting, its runs those that succeeded; `failed` says why others did not."""

    package: str
    setting: str
    runs: list[dict[str, Any]]
    failed: str | None

    @property
    def name(self) -> str:
        """As the tables call it."""
        return f"{self.package}, {self.setting}"

    def median(self, part: str, clock: str) -> float | None:
        """Median seconds over all rounds of a part (`cold`, `warm`); None where there is none."""
        values = [x for run in self.runs if run[part] for x in run[part][clock]]
        return statistics.median(values) if values else None

    def middle(self, key: Callable[[dict[str, Any]], float]) -> float:
        """Median over the rounds of what one run tells."""
        return statistics.median(key(run) for run in self.runs)


def main() -> None:
    """Read the record and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("record", type=Path, nargs="?", default=ROOT / "build" / "peers" / "peers.json")
    record = json.loads(parser.parse_args().record.read_text("utf-8"))
    programs = [_program(rows) for rows in record["solvers"]]
    ran = [program for program in programs if program.runs]
    ours = next((p for p in ran if (p.package, p.setting) == OURS), None)
    if ours is None:
        sys.exit(
            "the record has no solve of ours to compare with: run benchmarks/peers/run.py without --only"
        )
    parts = [
        NOTES["head"],
        circumstances(record),
        solving(ran, ours),
        not_run(programs, record),
        settings(ran),
        flights(record),
        losses(ran, ours, record),
        NOTES["words"]["why"],
    ]
    PAGE.write_text("\n".join(part for part in parts if part), "utf-8")
    print(PAGE)


def circumstances(record: dict[str, Any]) -> str:
    """Return machine, date, load and versions."""
    numbers = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    before, after = record["load_before"][0], record["load_after"][0]
    lines = [
        f"`{record['command'].strip()}`, {record['date_utc'].replace('T', ' ').replace('+00:00', ' UTC')}, commit "
        f"{record['commit']}: {record['rounds']} rounds of {record['repetitions']} repetitions that count.  ",
        f"{record['machine']}, one core and one thread; load {before:.1f} before, {after:.1f} after.  ",
        f"{numbers}.",
    ]
    if max(before, after) > _QUIET:
        lines.append(
            "\nThe machine was not quiet: wall seconds are longer than they need be, for all alike, since the programs "
            "took turns. CPU seconds and ratios suffer least."
        )
    return "\n".join([*lines, ""])


def solving(ran: list[Program], ours: Program) -> str:
    """Return the table of the optimum, and what was promised of it."""
    lines = [
        "## Delta III to GTO: the optimum",
        "Medians, seconds; cold and neighbour: wall (CPU). `first` is the first solve of a fresh process, which is not "
        "counted as cold; `process` is a fresh Python that imports, solves once and ends. The last column is our cold "
        "solve over this one, each compared within its round.",
        "",
        "| program | off by, kg | variables | cold | neighbour | import | first | process | ours / this |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for p in ran:
        warm = _seconds(p, "warm") if p.median("warm", "wall_s") is not None else "not offered"
        variables = p.runs[-1]["answer"]["size"]["variables"]
        off = p.middle(lambda run: run["error_kg"])
        lines.append(
            f"| {p.name} | {off:+.5f}{'' if is_right(p) else ' **off**'} | {variables} | {_seconds(p, 'cold')} "
            f"| {warm} | {p.middle(lambda run: run['import_s']):.2f} "
            f"| {p.middle(lambda run: run['cold']['first_wall_s']):.2f} | {p.middle(lambda run: run['whole_s']):.2f} "
            f"| {'' if p is ours else f'{share(ours, p):.2f}'} |"
        )
    lines.append("")
    for package, most in _SHARES.items():
        right = [p for p in ran if p.package == package and is_right(p)]
        if right:
            best = max(right, key=lambda p: share(ours, p))
            verdict = "met" if share(ours, best) <= most else "**missed**"
            wall, cpu = shares(ours, best, "wall_s"), shares(ours, best, "cpu_s")
            lines.append(
                f"Promised: at most {most:g} of {package}'s cold seconds, both within {ALLOWED_KG:g} kg. Against its "
                f"best, {best.name}: {share(ours, best):.2f} of its wall seconds ({min(wall):.2f} to {max(wall):.2f} "
                f"over the rounds), {statistics.median(cpu):.2f} of its CPU seconds: {verdict}.  "
            )
    return "\n".join([*lines, ""])


def is_right(p: Program) -> bool:
    """Whether every round brought the published optimum."""
    return all(run["is_right"] for run in p.runs)


def share(ours: Program, other: Program) -> float:
    """Return our cold wall seconds over another's: the median over the rounds of the medians' ratios."""
    return statistics.median(shares(ours, other, "wall_s"))


def shares(ours: Program, other: Program, clock: str) -> list[float]:
    """Return our cold seconds over another's by one clock, round by round."""
    mine, theirs = (
        {run["round"]: statistics.median(run["cold"][clock]) for run in p.runs} for p in (ours, other)
    )
    return [mine[k] / theirs[k] for k in sorted(mine.keys() & theirs.keys())]


def not_run(programs: list[Program], record: dict[str, Any]) -> str:
    """Return why anything did not run."""
    told = [f"- {p.name}: {p.failed}" for p in programs if p.failed]
    told += [
        f"- {row['script']}: {run['failed']}"
        for row in record["flights"]
        for run in row["runs"]
        if "failed" in run
    ]
    return "\n".join(["Not run, or not in every round:", *told, ""]) if told else ""


def settings(ran: list[Program]) -> str:
    """Return what differs between the programs."""
    lines = [
        "### What differs",
        "| program | mesh | guess, tolerance, derivatives | neighbour |",
        "|---|---|---|---|",
    ]
    for p in ran:
        note = NOTES["settings"][p.name]
        lines.append(
            f"| {p.name} | {p.runs[-1]['answer']['size']['mesh']} | {note['how']} | {note['neighbour']} |"
        )
    return "\n".join([*lines, ""])


def flights(record: dict[str, Any]) -> str:
    """Return the table of flights."""
    lines = [
        "## What a flight costs",
        NOTES["words"]["flights"],
        "",
        "| program | flight | ended | flights a second | CPU ms |",
        "|---|---|---|--:|--:|",
    ]
    for row in record["flights"]:
        runs = [run for run in row["runs"] if "failed" not in run]
        for k, first in enumerate(runs[0]["flights"] if runs else []):
            wall, cpu = (
                statistics.median(x for run in runs for x in run["flights"][k][clock])
                for clock in ("wall_s", "cpu_s")
            )
            lines.append(
                f"| {runs[0]['package']} | {first['name']} | {first['ended']} | {_rate(1.0 / wall)} | {1e3 * cpu:.3g} |"
            )
    return "\n".join([*lines, ""])


def losses(ran: list[Program], ours: Program, record: dict[str, Any]) -> str:
    """Return every row in which a peer is quicker or nearer, and what peers do that we do not."""
    measures: list[tuple[str, Callable[[Program], float | None], float, str]] = [
        ("solves quicker from nothing", lambda p: p.median("cold", "wall_s"), 0.0, "s"),
        ("solves the neighbour quicker", lambda p: p.median("warm", "wall_s"), 0.0, "s"),
        ("is imported quicker", lambda p: p.middle(lambda run: run["import_s"]), 0.0, "s"),
        (
            "has its first solve quicker",
            lambda p: p.middle(lambda run: run["cold"]["first_wall_s"]),
            0.0,
            "s",
        ),
        ("is done sooner as a whole process", lambda p: p.middle(lambda run: run["whole_s"]), 0.0, "s"),
        (
            "is nearer to the published mass",
            lambda p: abs(p.middle(lambda r: r["error_kg"])),
            _ROUNDED_KG,
            "kg",
        ),
    ]
    found = []
    for p in ran:
        for what, value, least, unit in measures:
            theirs, mine = value(p), value(ours)
            if (
                p.package != ours.package
                and theirs is not None
                and mine is not None
                and theirs < mine - least
            ):
                found.append(f"- {p.name} {what}: {theirs:.2g} {unit}, we {mine:.2g} {unit}.")
    lines = ["## Where we lose", *(found or ["- In no figure of the tables above."])]
    others = [p.middle(lambda run: run["whole_s"]) for p in ran if p.package != ours.package]
    compiling = record["new_machine_s"]
    if compiling is not None and others:
        lines.append(
            f"- On a new machine our first process takes {compiling:.0f} s, since kernels are compiled, once; "
            f"{sum(compiling > other for other in others)} of {len(others)} peers' processes are done sooner."
        )
    return "\n".join([*lines, *(f"- {told}" for told in NOTES["words"]["does_more"]), ""])


def _program(row: dict[str, Any]) -> Program:
    runs = [run | {"round": k} for k, run in enumerate(row["runs"]) if "failed" not in run]
    reasons = [run["failed"] for run in row["runs"] if "failed" in run]
    return Program(row["script"].split("_")[0], row["setting"], runs, reasons[0] if reasons else None)


def _seconds(p: Program, part: str) -> str:
    return f"{p.median(part, 'wall_s'):.3f} ({p.median(part, 'cpu_s'):.3f})"


def _rate(value: float) -> str:
    return (
        f"{value:.1f}"
        if value < 100.0
        else f"{round(value, -1 if value < 1e3 else -2):,.0f}".replace(",", " ")
    )


if __name__ == "__main__":
    main()
