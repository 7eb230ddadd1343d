"""Writes docs/benchmarks.md from the JSON that the benchmarks print: figures with target, command, machine and date.

python benchmarks/publish.py FOLDER        every *.json in it, one per benchmark
"""

import argparse
import json
from pathlib import Path
from typing import Any

from measure import ROOT

ORDER = ("delta_iii", "vostochny", "upper_stage", "performance", "robustness", "cli", "first_run")
TITLES = {
    "delta_iii": "Delta III to GTO, the standard multi-phase ascent optimum",
    "vostochny": "Soyuz-2.1b from Vostochny to 200 × 240 km, 51.7°",
    "upper_stage": "Soyuz with Fregat: two burns to three kinds of orbit",
    "performance": "Payload over 24 × 24 orbits: Soyuz-2.1b with Fregat-M from Vostochny",
    "robustness": "Random missions, every answer judged",
    "cli": "The command line",
    "first_run": "A stranger's first minutes",
}
HEAD = """\
# Benchmarks
Written by `benchmarks/publish.py` from what the scripts measured; no test asserts a time. How to run them:
[benchmarks/README.md](../benchmarks/README.md). `least` is the best of the repetitions, which other work on the machine
disturbs least; of the random missions, where every repetition is another mission, the least of all. Each target was set
before the program was written, and a median above it is called missed.
"""


def main() -> None:
    """Read the records and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    records = [
        json.loads(path.read_text("utf-8")) for path in sorted(parser.parse_args().folder.glob("*.json"))
    ]
    records = sorted(
        (r for r in records if r["benchmark"] in ORDER), key=lambda r: ORDER.index(r["benchmark"])
    )
    path = ROOT / "docs" / "benchmarks.md"
    path.write_text("\n".join([HEAD, *map(section, records)]), "utf-8")
    print(path)


def section(record: dict[str, Any]) -> str:
    """Return the part of the page for one benchmark."""
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    date = record["date_utc"].replace("T", " ").replace("+00:00", " UTC")
    lines = [
        f"## {TITLES[record['benchmark']]}",
        f"`{record['command']} -n {record['repetitions']}`, {date}, commit {record['commit']}  ",
        f"{record['machine']}, load {record['load'][0]:.1f} when it ended; {versions}",
        "",
        "| figure | median | least | target | |",
        "|---|--:|--:|--:|---|",
    ]
    for r in record["rows"]:
        name = r["name"]
        # what is indented in the table of a terminal is a part of the figure above it
        label = f"– {name.strip()}" if name.startswith(" ") else name
        target = "" if r["target"] is None else f"≤ {r['target']:g} {r['unit']}"
        verdict = {True: "met", False: "**missed**", None: ""}[r["is_met"]]
        lines.append(
            f"| {label} | {_number(r['median'])} {r['unit']} | {_number(r['least'])} | {target} | {verdict} |"
        )
    if record["note"]:
        lines += ["", record["note"]]
    return "\n".join([*lines, ""])


def _number(value: float) -> str:
    """Three digits, or as many as tell kilograms of a mass apart."""
    return f"{value:.4f}" if value >= 100.0 else f"{value:.3g}"


if __name__ == "__main__":
    main()
