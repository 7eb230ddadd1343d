"""Writes docs/validation.md from a run of `cosmodrome validate --json` : hits and misses alike.

    python benchmarks/validation.py [RECORD.json]     a record just made, else one is made: two minutes

Needs the extras `test` and `oracles`, since rows that were not run are published as such.
"""

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from measure import ROOT, commit, machine, versions

from cosmodrome.validation.truths import DATA, FAIL, NOT_RUN, PASS, read_truths

Row = dict[str, Any]

PAGE = """\
# Validation
Written by `benchmarks/validation.py` from one run of `cosmodrome validate`: {date}, commit {commit},
{machine}; {libraries}.

**{passed} of {total} rows pass, {failed} fail, {not_run} were not run.** Every tolerance of a published number was
fixed before the first comparison, no case is tuned to hit, and a miss stays here with its cause. `cosmodrome validate`
makes this table anew, in less than two minutes on two cores, and ends with 1 when a row fails. The cause of a known
miss is published beside the truth ([missions.csv](../src/cosmodrome/validation/data/missions.csv),
[truths.csv](../src/cosmodrome/validation/data/truths.csv)); it fails all the same, since that a flight was flown
otherwise than best is no error of the program, but no hit either. In the tests a known miss is a strict expected
failure: should it ever hit, the tests say so. What needs a library that is not installed is "not-run", never a pass.

{sections}

Whole plans are also flown again by another program, with its own physics and integrator: `benchmarks/judge.py`, on the
run folder of any plan. [Bug classes](bug-classes.md) maps what went wrong elsewhere to the tests that would catch it
here.

## Sources
{sources}
"""


class Section(NamedTuple):
    """A table of the page: its title, what is to be said first, and the groups in it (beginnings of their names)."""

    title: str
    text: str
    groups: tuple[str, ...]


SECTIONS = (
    Section(
        "The optimum that others agree on",
        "`examples/delta-iii.toml`, through the ordinary planner from its own guess.",
        ("delta-iii",),
    ),
    Section(
        "Problems with a known answer",
        "The collocation that plans ascents (`ascent/mesh.py`) on two textbook problems.",
        ("goddard", "tangent"),
    ),
    Section(
        "Flights that others simulated",
        "The reference integrator against NASA's check cases for atmospheric flight, which fall for 30 s from 30 000 "
        "ft over the equator; 17 is a two-stage rocket to orbit with the published attitude replayed, which the file "
        "gives every second only. 02 and 03 tumble and wait for bodies with attitude. Impacts are predicted, never "
        "aimed at.",
        ("nesc", "impact"),
    ),
    Section(
        "Air, gravity, frames",
        "What J2 to J6 leave out is no error but a measure: by so much the whole field bends one revolution.",
        ("us76", "gravity", "frames", "coast"),
    ),
    Section(
        "Order, conservation, events",
        "",
        ("order", "conserved", "moments"),
    ),
    Section(
        "Statistics and formats",
        "Sample sizes are computed here only: the program has no dispersed flights yet that would use them.",
        ("samples", "formats"),
    ),
    Section(
        "Launches",
        "`examples/cases/*.toml`. What a file imposes on a case (payload, times of separation) is never counted as a "
        "hit; of a plan that is not verified nothing is. That a flight is feasible is told as 1. V02 compares with "
        "1 t what is to be from 0 to 2 t. Not all is independent: V01's masses check that a manual was copied rightly; "
        "the burn time of V28 served to choose between two published loads of the third stage; the reserve that V07 "
        "keeps is reckoned from the payload that it is compared with. The two flights of Falcon 9 are plausibility "
        "only: its masses are not published. Thaicom-8, SES-9 and TESS, of which there is telemetry too, kept "
        "propellant for a landing, nobody says how much.",
        ("V", "hispasat", "intelsat"),
    ),
    Section(
        "What every plan owes",
        "The worst of all verified plans above. Plan and flight are compared at all phase ends, flown from lift-off "
        "and never reset.",
        ("plans",),
    ),
)


def main() -> None:
    """Write the page from a record that is given, else from one made now."""
    record = Path(sys.argv[1]).read_bytes() if sys.argv[1:] else _validated()
    rows: list[Row] = json.loads(record)["rows"]
    count = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in (PASS, FAIL, NOT_RUN)}
    page = ROOT / "docs" / "validation.md"
    text = PAGE.format(
        date=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=commit(),
        machine=machine(),
        libraries=", ".join(f"{name} {number}" for name, number in versions().items()),
        passed=count[PASS],
        failed=count[FAIL],
        not_run=count[NOT_RUN],
        total=len(rows),
        sources=_sources(),
        sections="\n\n".join(_section(section, rows) for section in SECTIONS),
    )
    page.write_text(text, "utf-8")
    print(f"{page}: {count}")


def _validated() -> bytes:
    command = [sys.executable, "-m", "cosmodrome.cli", "validate", "--json"]
    return subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout


def _sources() -> str:
    """What the tables of the truths say of their sources, as running text."""
    told = []
    for name in ("missions.csv", "truths.csv"):
        remarks = [
            line[2:] for line in (DATA / name).read_text("utf-8").splitlines() if line.startswith("# ")
        ]
        begin = next(i for i, line in enumerate(remarks) if line.startswith("Sources: "))
        told.append("\n".join(remarks[begin:]).removeprefix("Sources: "))
    return "\n\n".join(told)


def _section(section: Section, rows: list[Row]) -> str:
    causes = {truth.id: truth.cause for truth in read_truths()}
    mine = [row for row in rows if row["id"].startswith(section.groups)]
    has_miss = any(row["verdict"] == FAIL for row in mine)
    head = "| id | what | unit | reference | ours | difference | tolerance | | source |"
    rule = "|---|---|---|--:|--:|--:|--:|---|---|"
    if has_miss:
        head, rule = f"{head} cause of a miss |", f"{rule}---|"
    lines = [head, rule]
    for row in mine:
        is_miss = row["verdict"] == FAIL
        cause = f" {_why(row, causes[row['id']])} |" if is_miss else " |"
        lines.append(_line(row) + (cause if has_miss else ""))
    told = f"{section.text}\n\n" if section.text else ""
    return f"## {section.title}\n{told}" + "\n".join(lines)


def _why(row: Row, cause: str) -> str:
    """Why a row fails: the published cause is of a value, and tells nothing where none came out."""
    if row["ours"] is None:
        return "no value: the plan is not verified, or its measurement broke"
    return cause or "not known"


def _line(row: Row) -> str:
    verdict = f"**{row['verdict']}**" if row["verdict"] != PASS else PASS
    cells = (
        row["id"],
        row["name"],
        row["unit"],
        _number(row["reference"], 9),
        _number(row["ours"], 9),
        _number(row["difference"], 3),
        _number(row["tolerance"], 4),
        verdict,
        row["source"],
    )
    return f"| {' | '.join(cells)} |"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}g}"


if __name__ == "__main__":
    main()
