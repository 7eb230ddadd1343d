"""How often the planner is right: random missions, feasible and infeasible by construction, each answer judged.

    python benchmarks/robustness.py --seed 1 -n 100 [--workers 2] [--only 17] [--resume] [--json]

A mission is drawn, written as a file (`robustness_missions.py`) and planned as `cosmodrome plan` would; what it calls
verified is flown again by the independent judge (`judge.py`). A payload is compared with the best of eight starts
offline (`robustness_best.py`), a diagnosis with the cause that the mission was built with. Files, run folders and
answers stay in the work folder; a case that is there already is planned again, not drawn again, and with `--resume`
what was answered before an interrupt stands. Needs the `oracles` extra.
"""

import argparse
import json
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from measure import ROOT, Row, deliver, row
from robustness_best import Store
from robustness_missions import Case, NotDrawnError, make_case

# a payload within this share of the best known is the optimum
_NEAR = 5e-3
# the most that may go wrong, in percent: 3 of 85 feasible missions, 1 of 15 infeasible ones
_MOST_MISSED, _MOST_WRONG = 100.0 * 3 / 85, 100.0 * 1 / 15


@dataclass(frozen=True)
class Answer:
    """What the planner said to a case, what the judge said to that, and the verdict: right, or why not."""

    case: Case
    status: str
    code: str | None
    payload_kg: float | None
    is_confirmed: bool | None
    seconds: float
    verdict: str
    detail: str

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong with the answer."""
        return self.verdict == "right"


def main() -> int:
    """Draw, plan, judge, and print; 1 when the judge refuted an answer."""
    chosen = _options()
    work = chosen.work or ROOT / "build" / "robustness" / f"seed-{chosen.seed}"
    (work / "missions").mkdir(parents=True, exist_ok=True)
    numbers = [chosen.only] if chosen.only is not None else list(range(chosen.missions))
    kept = _kept(work / "answers.json")
    if not chosen.resume:
        kept = {number: told for number, told in kept.items() if number not in numbers}
    answers = _all(chosen.seed, numbers, work, chosen.workers, kept)
    if not answers:
        return 1
    for answer in answers:
        if not answer.is_right:
            path = work / "missions" / answer.case.file
            print(f"{answer.verdict}: {path} ({_what(answer.case)}): {answer.detail}", file=sys.stderr)
    deliver(
        "robustness",
        rows(answers),
        len(answers),
        as_json=chosen.json,
        note=f"Seed {chosen.seed}: {_note(answers, len(list((work / 'missions').glob('dropped-*.toml'))))}",
    )
    return 1 if any(answer.verdict == "refuted" for answer in answers) else 0


def rows(answers: list[Answer]) -> list[Row]:
    """Return the figures of the answers; shares in percent."""
    feasible = [a for a in answers if a.case.code is None]
    infeasible = [a for a in answers if a.case.code is not None]
    seconds = sorted(a.seconds for a in answers)
    found = [
        row("answers that the judge refuted", "", [float(sum(a.verdict == "refuted" for a in answers))], 0.0),
        row("processor seconds of an answer", "s", seconds),
        row("  of the slowest twentieth", "s", seconds[int(0.95 * (len(seconds) - 1)) :]),
    ]
    if infeasible:
        share = 100.0 * sum(not a.is_right for a in infeasible) / len(infeasible)
        found.insert(0, row("infeasible missions without their cause", "%", [share], _MOST_WRONG))
    if feasible:
        share = 100.0 * sum(not a.is_right for a in feasible) / len(feasible)
        found.insert(0, row("feasible missions without their optimum", "%", [share], _MOST_MISSED))
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="default %(default)s")
    parser.add_argument("-n", "--missions", type=int, default=100, help="default %(default)s")
    parser.add_argument("--only", type=int, help="one case by its number")
    parser.add_argument("--workers", type=int, default=2, help="default %(default)s")
    parser.add_argument("--work", type=Path, help="work folder (default: build/robustness/seed-<seed>)")
    parser.add_argument(
        "--resume", action="store_true", help="keep the answers of a run that was interrupted"
    )
    parser.add_argument("--json", action="store_true", help="write one JSON object instead of a table")
    return parser.parse_args()


def _kept(path: Path) -> dict[int, Answer]:
    """The answers by number that an earlier run wrote."""
    told = json.loads(path.read_text("utf-8")) if path.exists() else []
    return {a["case"]["number"]: Answer(**a | {"case": Case(**a["case"])}) for a in told}


def _all(seed: int, numbers: list[int], work: Path, workers: int, kept: dict[int, Answer]) -> list[Answer]:
    """The answers in order; each worker is a process of its own, with one thread for every library."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    context = multiprocessing.get_context("spawn")
    found = dict(kept)
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        asked = {pool.submit(answer, seed, number, work): number for number in numbers if number not in kept}
        for done, future in enumerate(as_completed(asked), 1 + len(kept)):
            try:
                told = future.result()
            except NotDrawnError as problem:
                line = str(problem)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
            else:
                found[asked[future]] = told
                line = f"case {told.case.number} {_what(told.case)}: {told.seconds:.1f} s, {told.status} "
                line += f"{told.code or ''}: {told.verdict}"
                _keep(found.values(), work / "answers.json")
            print(f"{done}/{len(numbers)} {line}", file=sys.stderr, flush=True)
    return [found[number] for number in numbers if number in found]


def _keep(answers: Iterable[Answer], path: Path) -> None:
    """Write the answers as they come, so that an interrupt loses none."""
    ordered = sorted(answers, key=lambda told: told.case.number)
    path.write_text(json.dumps([asdict(told) for told in ordered], indent=1), "utf-8")


def answer(seed: int, number: int, work: Path) -> Answer:
    """Return the judged `Answer` to one case; NotDrawnError where there is no such case."""
    store = Store(work / "best")
    case = make_case(seed, number, work / "missions", store.best_kg, partial(store.best_kg, and_planned=True))
    mission = work / "missions" / case.file
    begun = time.process_time()  # one thread; other work on the machine does not count
    try:
        result, folder = _planned(mission, work / "runs" / mission.stem)
    except Exception as problem:  # whatever the planner dies of is its answer to this mission
        last = traceback.extract_tb(problem.__traceback__)[-1]
        detail = f"{type(problem).__name__}: {problem} ({Path(last.filename).name}:{last.lineno})"
        return Answer(case, "error", None, None, None, time.process_time() - begun, "error", detail)
    seconds = time.process_time() - begun
    code = result["diagnosis"]["code"] if result["diagnosis"] else None
    told = Answer(case, result["status"], code, result["payload_kg"], None, seconds, "", "")
    if told.status == "verified":
        told = _judged(told, folder, mission.parent)
        if told.is_confirmed and case.asks == "payload" and told.payload_kg is not None:
            store.raise_to(mission, told.payload_kg)
    if told.verdict:
        return told
    message = result["diagnosis"]["message"] if result["diagnosis"] else ""
    verdict, detail = _verdict(told, message)
    return replace(told, verdict=verdict, detail=detail)


def _planned(mission: Path, folder: Path) -> tuple[dict[str, Any], Path]:
    """The record of a plan, and the run folder that it was written to (anew)."""
    import shutil

    from cosmodrome.reporting.folder import write_run_folder
    from cosmodrome.run import run

    outcome = run(mission, lambda _: None)
    shutil.rmtree(folder, ignore_errors=True)
    write_run_folder(
        folder,
        outcome.result,
        outcome.columns,
        mission.read_bytes(),
        mission.stem,
        outcome.programme,
        with_figures=False,
    )
    return json.loads((folder / "result.json").read_text("utf-8")), folder


def _judged(told: Answer, folder: Path, beside: Path) -> Answer:
    from judge import judge
    from judge_files import JudgeError

    try:
        found = judge(folder, beside)
    except JudgeError as problem:
        return replace(told, is_confirmed=False, verdict="refuted", detail=str(problem))
    if found.is_confirmed:
        return replace(told, is_confirmed=True)
    return replace(told, is_confirmed=False, verdict="refuted", detail="; ".join(found.reasons))


def _verdict(told: Answer, message: str) -> tuple[str, str]:
    """Whether an answer that the judge did not refute is the right one."""
    case = told.case
    if case.code is not None:
        if told.status == "verified":
            return "right", f"flown and confirmed: it was feasible after all, best known {case.best_kg}"
        if told.status == "infeasible" and told.code == case.code:
            return "right", ""
        return "wrong cause", f"{told.status} {told.code}, built to be {case.code}: {message}"
    if told.status != "verified":
        return "not verified", f"{told.status} {told.code}: {message}"
    if case.asks == "payload" and case.best_kg is not None and told.payload_kg is not None:
        short = 1.0 - told.payload_kg / case.best_kg
        if short > _NEAR:
            return (
                "below the best",
                f"{told.payload_kg:.2f} kg, {100.0 * short:.2f} % below {case.best_kg:.2f} kg",
            )
    return "right", ""


def _what(case: Case) -> str:
    fault = f", {case.fault}" if case.fault else ""
    return f"{case.vehicle} from {case.site}, {case.orbit}{fault}, {case.asks}"


def _note(answers: list[Answer], dropped: int) -> str:
    """How many of each verdict, and every failure with its cause."""
    counts: dict[str, int] = {}
    for told in answers:
        counts[told.verdict] = counts.get(told.verdict, 0) + 1
    feasible = sum(told.case.code is None for told in answers)
    verdicts = ", ".join(f"{n} {name}" for name, n in sorted(counts.items()))
    failures = [
        f"\n* case {told.case.number}, {_what(told.case)}: {told.verdict}: {told.detail}"
        for told in answers
        if not told.is_right
    ]
    return (
        f"{feasible} missions feasible by construction, {len(answers) - feasible} not: {verdicts}. "
        f"{dropped} draws that nobody could fly were dropped.\n" + "".join(failures)
    )


if __name__ == "__main__":
    sys.exit(main())
