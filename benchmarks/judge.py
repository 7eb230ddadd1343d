"""Re-flies a run folder by another program and says whether the flight does what its mission asks.

    python benchmarks/judge.py RUN_DIR [--beside FOLDER] [--json]

An independent implementation: it imports nothing of cosmodrome and reads only files, the run folder and the catalogue's
TOML and CSV. From the run folder it takes the decisions alone: payload, attitude over time, and the times of what the
vehicle's and the mission's files leave free. Everything else it works out itself: masses, forces, the times of ruled
events, limits, orbit. `--beside` is the folder of the mission's own files (vehicle, tables), by default the run folder.
Exit: 0 confirmed, 1 refuted, 2 not readable. Needs the `oracles` extra (scipy).
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

import pyarrow
import pyarrow.parquet
from judge_files import JudgeError, read
from judge_flight import Run
from judge_keeping import KeepingQuestions
from judge_rows import Judgement, Rows
from judge_target import TargetQuestions

FORMAT = "cosmodrome-judgement/1"


def main() -> int:
    """Judge, print, and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, metavar="RUN_DIR")
    parser.add_argument("--beside", type=Path, help="folder of the mission's own files (default: RUN_DIR)")
    parser.add_argument("--json", action="store_true", help="write one JSON object instead of a table")
    chosen = parser.parse_args()
    try:
        found = judge(chosen.run, chosen.beside)
    except JudgeError as problem:
        print(f"judge: {problem}", file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps({"format": FORMAT, "is_confirmed": found.is_confirmed, **asdict(found)}, indent=1))
    else:
        _print(found)
    return 0 if found.is_confirmed else 1


def judge(folder: Path, beside: Path | None = None) -> Judgement:
    """Return the `Judgement` of a run folder; JudgeError where it holds no flight or a file cannot be read."""
    try:
        return _judged(folder, beside or folder)
    except (KeyError, IndexError, TypeError, ValueError, OSError, pyarrow.ArrowException) as problem:
        what = f"{type(problem).__name__} {problem}"
        raise JudgeError(f"{folder} is no run folder of a flight: {what}") from problem


def _judged(folder: Path, beside: Path) -> Judgement:
    result = json.loads((folder / "result.json").read_text("utf-8"))
    metadata = pyarrow.parquet.read_schema(folder / "trajectory.parquet").metadata or {}
    text = metadata.get(b"cosmodrome.programme")
    if not text:
        raise JudgeError(f"{folder} holds no flight: its status is {result['status']}")
    run, rows = Run(read(folder / "mission.toml"), result, json.loads(text)["programme"], beside), Rows()
    target, keeping = TargetQuestions(run, rows), KeepingQuestions(run, rows)
    keeping.ask_claims()
    target.ask_frame()
    target.ask_elements()
    keeping.ask_propellant()
    keeping.ask_events()
    keeping.ask_limits()
    return rows.judgement()


def _print(found: Judgement) -> None:
    width = max(len(row.what) for row in found.rows)
    print(f"{'':{width}}  {'asked':>14} {'found':>14} {'allowed':>10}")
    for row in found.rows:
        verdict = "" if row.is_kept else "  NOT KEPT"
        print(
            f"{row.what:{width}}  {row.asked:14.7g} {row.found:14.7g} {row.allowed:10.3g} {row.unit}{verdict}"
        )
    for reason in found.reasons:
        print(f"refuted: {reason}")
    print("confirmed" if found.is_confirmed else "REFUTED")


if __name__ == "__main__":
    sys.exit(main())
