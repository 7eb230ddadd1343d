"""The best payload that anybody found for a question: eight starts offline, and whatever was verified later.

The starts are flown guesses of different tilts by every way that the mission leaves open (sides of the pad, numbers of
burns), then neighbouring orbits led back to the asked one. Each is brought to keep the mission's limits as its flight
needs it. Kept in one small file per question, named by a hash of everything that the answer depends on.
"""

import json
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.improve import Improver
from cosmodrome.ascent.plan import plan
from cosmodrome.ascent.problem import Problem, pose
from cosmodrome.ascent.search import Search
from cosmodrome.errors import CosmodromeError
from cosmodrome.mission.read import mission_from_dict, read_mission
from cosmodrome.mission.schema import Mission
from cosmodrome.result import inputs_sha256

T = TypeVar("T")

STARTS = 8
# how far neighbouring orbits are, as a share of the semi-major axis
_SHIFTS = (0.01, -0.005, 0.02, -0.01)


@dataclass(frozen=True)
class Store:
    """The best payloads known, in a folder."""

    folder: Path

    def best_kg(self, mission_text: str, *, and_planned: bool = False) -> float | None:
        """Best payload (kg) of a mission that asks for the largest; None where there is none.

        The planner's own counts where asked, and where no start arrives: its flight shows that the mission can be
        flown, and without it only easy missions would stay.
        """
        try:
            mission = self._mission(mission_text)
            problem = pose(mission)
        except CosmodromeError:  # a question that this version refuses has no answer
            return None
        path = self._path(inputs_sha256(problem))
        if not path.exists():
            starts = [asdict(start) for start in _starts(problem)]
            found = [start["payload_kg"] for start in starts if start["payload_kg"] is not None]
            self._write(path, {"starts": starts, "best_kg": max(found, default=None)})
        if and_planned or self._known(path) is None:
            planned = _tried("planned", partial(_planned_kg, mission))
            if not isinstance(planned, _Started):
                self._raise(path, planned)
        return self._known(path)

    def raise_to(self, mission_path: Path, payload_kg: float) -> None:
        """Keep a verified and confirmed payload (kg) that is more than the best known."""
        self._raise(self._path(inputs_sha256(pose(read_mission(mission_path)))), payload_kg)

    def _raise(self, path: Path, payload_kg: float) -> None:
        known = json.loads(path.read_text("utf-8")) if path.exists() else {"starts": [], "best_kg": None}
        if known["best_kg"] is None or payload_kg > known["best_kg"]:
            self._write(path, known | {"best_kg": payload_kg})

    @staticmethod
    def _known(path: Path) -> float | None:
        best: float | None = json.loads(path.read_text("utf-8"))["best_kg"]
        return best

    def _mission(self, text: str) -> Mission:
        return mission_from_dict(tomllib.loads(text), self.folder / "question.toml")

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    @staticmethod
    def _write(path: Path, record: dict[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(record), "utf-8")
        partial.replace(path)


@dataclass(frozen=True)
class _Started:
    """Where a start led: its payload (kg), or None and what ended it."""

    start: str
    payload_kg: float | None
    ended: str = ""


def _starts(problem: Problem) -> list[_Started]:
    """Where `STARTS` different starts lead.

    Limits only take payload away, so what a start's flight needs to keep them is asked from the best start down, until
    the next one promises no more than what is held already.
    """
    searches = [_search(problem), *(_search(problem.by(way)) for way in problem.others)]
    ranks = max(2, (STARTS - 2) // len(searches))
    arrived: list[tuple[str, Search, Attempt]] = []
    ended: list[_Started] = []

    def tried(name: str, start: Callable[[], tuple[Search, Attempt]]) -> None:
        found = _tried(name, start)
        if isinstance(found, _Started):
            ended.append(found)
        else:
            arrived.append((name, *found))

    for rank in range(ranks):
        for search in searches:
            way = search.problem.way
            side = "ascending" if way.heading.is_ascending else "descending"
            tried(f"tilt {rank}, {way.burns} burns, {side}", partial(_cold, search, rank))
    if arrived:
        best = max(arrived, key=_promised)[1].problem
        for shift in _SHIFTS[: max(0, STARTS - ranks * len(searches))]:
            tried(f"from a neighbour at {shift:+.3f}", partial(_from_neighbour, best, shift))
    held = 0.0
    for name, search, attempt in sorted(arrived, key=_promised, reverse=True):
        if attempt.solution.payload_kg <= held:
            ended.append(_Started(name, None, f"promises no more: {attempt.solution.payload_kg:.2f} kg"))
            continue
        limited = _tried(name, partial(_limited, search, attempt))
        if isinstance(limited, _Started):
            ended.append(limited)
        else:
            held = max(held, limited)
            ended.append(_Started(name, limited))
    return ended


def _promised(start: tuple[str, Search, Attempt]) -> float:
    return start[2].solution.payload_kg


def _tried(name: str, start: Callable[[], T]) -> T | _Started:
    """What a start leads to, or what ended it."""
    try:
        return start()
    # the planner itself is what is tested: whatever it dies of ends this start and no other
    except (ArithmeticError, ValueError, CosmodromeError, _NowhereError) as problem:
        return _Started(name, None, f"{type(problem).__name__}: {problem}")


class _NowhereError(Exception):
    """A start that arrives nowhere."""


def _search(problem: Problem) -> Search:
    search = Search(problem)
    search.seconds["verify"] = 0.0  # a clock that the planner adds
    return search


def _planned_kg(mission: Mission) -> float:
    """What the planner finds (kg), its flight close to the plan and within all limits, whatever else it doubts."""
    found = plan(mission, with_ratios=False)
    verification = found.verification
    if verification is None or found.payload_kg is None or verification.broken or not verification.is_close:
        raise _NowhereError(found.status)
    return found.payload_kg


def _cold(search: Search, rank: int) -> tuple[Search, Attempt]:
    return search, _arrived(search.cold(rank=rank))


def _from_neighbour(problem: Problem, shift: float) -> tuple[Search, Attempt]:
    """The optimum reached from that of a neighbouring orbit, or of an asymptote so many radians away."""
    target = problem.question.target
    if target.declination_rad is None:
        aside = replace(target, semi_major_axis_m=target.semi_major_axis_m * (1.0 + shift))
    else:
        aside = replace(target, declination_rad=target.declination_rad - shift)
    search = _search(problem.with_question(target=aside))
    near = _arrived(search.cold(rank=1))
    home = _search(problem)
    home.library = search.library
    return home, _arrived(home.neighbour(near, problem))


def _arrived(attempt: Attempt) -> Attempt:
    if not attempt.is_feasible:
        raise _NowhereError(f"does not arrive ({attempt.solution.return_status})")
    return attempt


def _limited(search: Search, attempt: Attempt) -> float:
    """Payload (kg) of the attempt with the limits that its flight breaks kept, on a finer mesh where it takes one."""
    improver = Improver(search)
    found = improver.limited(attempt)
    if not isinstance(found, tuple):
        raise _NowhereError(found.message)
    kept, verification = found
    if verification.broken:
        kept, verification, _ = improver.refined(kept, verification)
    if not kept.is_feasible or verification.broken:
        raise _NowhereError("breaks a limit")
    return kept.solution.payload_kg
