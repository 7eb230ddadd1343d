"""Payload over one or two varied keys: every point planned and verified, the curve continuous or said why not."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.catalogue.resolve import Resolved
from cosmodrome.shown import Shown
from cosmodrome.survey.axes import Axis
from cosmodrome.survey.doubt import UNEXPLAINED, doubts
from cosmodrome.survey.grid import Cell, Grid, examine, read_grid
from cosmodrome.survey.point import MEASURES, Point
from cosmodrome.survey.walk import Task, Walk
from cosmodrome.survey.worker import Progress, Team, team

FORMAT = "cosmodrome-performance/1"


@dataclass(frozen=True, repr=False)
class Performance(Shown):
    """What a mission's vehicle carries over its axes; `points` in the order of the axes, the last one fastest.

    `payload_kg` and `objective_kg` are arrays over the axes, (n,) or (n, m), kg. `objective` is payload, margin or
    final_mass; `assumptions` hold at every point.

    In a notebook it shows itself as a table; `plot` draws curves or a map, `to_pandas` has a row for each point.
    """

    name: str
    vehicle: str
    site: str
    objective: str
    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    assumptions: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values on each axis."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def payload_kg(self) -> NDArray[np.float64]:
        """Payload, kg, (n,) or (n, m) over the axes; NaN where there is none, or none that is verified."""
        return self._verified("payload_kg")

    @property
    def objective_kg(self) -> NDArray[np.float64]:
        """What was maximised, kg, shaped as `payload_kg`; it is the payload unless the mission fixes that."""
        return self._verified(MEASURES[self.objective])

    @property
    def is_sound(self) -> bool:
        """Whether every point is verified or honestly infeasible, some point flies, and no jump is unexplained."""
        return all(p.is_decided and not (p.flag or "").startswith(UNEXPLAINED) for p in self.points) and any(
            p.is_verified for p in self.points
        )

    def to_columns(self) -> dict[str, list[Any]]:
        """One list for each column, a row for each point: the varied keys, then the fields of a `Point`."""
        columns: dict[str, list[Any]] = {
            axis.key: [point.values[k] for point in self.points] for k, axis in enumerate(self.axes)
        }
        for name in (f.name for f in fields(Point) if f.name not in ("cell", "values")):
            columns[name] = [getattr(point, name) for point in self.points]
        return columns

    def to_record(self) -> dict[str, Any]:
        """The record of performance.json, but for its manifest and timing."""
        statuses = ("verified", "unverified", "infeasible", "not-converged")
        return {
            "format": FORMAT,
            "name": self.name,
            "vehicle": self.vehicle,
            "site": self.site,
            "objective": self.objective,
            "axes": [{"key": a.key, "unit": a.unit, "values": list(a.values)} for a in self.axes],
            "counts": {
                **{status: sum(p.status == status for p in self.points) for status in statuses},
                "inferred": sum(p.method == "inferred" for p in self.points),
                "flagged": sum(p.flag is not None for p in self.points),
            },
            "points": [point.to_record() for point in self.points],
            "assumptions": list(self.assumptions),
        }

    def _verified(self, name: str) -> NDArray[np.float64]:
        found = [getattr(p, name) if p.is_verified else None for p in self.points]
        return np.array([np.nan if x is None else x for x in found], dtype=np.float64).reshape(self.shape)


def performance(
    mission: Path | str, vary: Sequence[str], *, workers: int = 1, progress: Progress | None = None
) -> Performance:
    """Return the `Performance` of a mission file over one or two keys, as `["target.altitude_km=200:1000:9"]`.

    `KEY=FROM:TO:POINTS` takes that many even values, `KEY=V1,V2,…` the listed ones, in the unit at the key's end: (n,)
    or (n, m) points, at most 10 000, each planned and verified as by `plan`. A point that carries nothing is a value
    with its reason. `progress` is called with a few words as points come in.

    With several `workers` the points are shared among processes, which start from the calling script anew: it needs the
    usual `if __name__ == "__main__":`. Raises CosmodromeError for what is wrong in the file or the variations.
    """
    return survey(read_grid(Path(mission), vary), workers=workers, progress=progress)


def survey(
    grid: Grid,
    *,
    workers: int = 1,
    known: Mapping[Cell, Point] | None = None,
    keep: Callable[[Point], None] = lambda _: None,
    progress: Progress | None = None,
) -> Performance:
    """Return the `Performance` over a grid.

    `known` points are not solved again, but where they do not hang together; every answer that stands is given to
    `keep` as soon as it is found.
    """
    tell = progress or (lambda _: None)
    begun = time.perf_counter()
    ends = [examine(grid, cell) for cell in (grid.cells[0], grid.cells[-1])]
    objective = ends[0].mission.objective.maximize
    count = len(grid.cells)
    walk = Walk(grid, known or {}, min(workers, count))
    done = len(walk.points)
    words = ["starting"]
    # what a planner in this process tells of its solves is only the time to look for an interrupt
    with team(grid, min(workers, count), lambda _: tell(words[0])) as crew:
        run = _Run(walk, crew, objective, keep)
        while run.step():
            solved = len(walk.points) - done
            left_s = (time.perf_counter() - begun) / max(solved, 1) * (count - len(walk.points))
            words[0] = f"{len(walk.points)} of {count} points" + (
                f", about {left_s:.0f} s left" if solved else ""
            )
            tell(words[0])
        run.mend(tell)
    reasons = {doubt.cell: doubt.reason for doubt in reversed(doubts(grid, walk.points, objective))}
    return Performance(
        name=ends[0].mission.name,
        vehicle=ends[0].vehicle.name,
        site=ends[0].site.name,
        objective=objective,
        axes=grid.axes,
        points=tuple(replace(walk.points[cell], flag=reasons.get(cell)) for cell in grid.cells),
        assumptions=_shared(ends),
    )


def _shared(ends: list[Resolved]) -> tuple[str, ...]:
    """What is assumed at both ends of a grid: what differs from point to point is no assumption of the whole."""
    first, last = (
        [*r.mission.assumptions, *r.vehicle.assumptions, *r.site.assumptions, *r.assumptions] for r in ends
    )
    return tuple(dict.fromkeys(sentence for sentence in first if sentence in last))


class _Run:
    """One survey at work: tasks go out to idle workers, points come in."""

    def __init__(self, walk: Walk, crew: Team, objective: str, keep: Callable[[Point], None]):
        self.walk, self.crew, self.objective, self.keep = walk, crew, objective, keep
        self.idle = list(range(crew.size))
        self.tried: set[tuple[Cell, Cell | None]] = set()

    def step(self) -> bool:
        """Give every idle worker a task and take in what comes; False when nothing is left."""
        for point in self.walk.inferred():
            self.keep(point)
        for worker in list(self.idle):
            task = self.walk.next(worker)
            if task is not None:
                self._give(worker, task)
        if len(self.idle) == self.crew.size:
            return False
        self._take()
        return True

    def mend(self, tell: Progress) -> None:
        """Solve doubtful points again from their neighbours and at last from nothing, until nothing gets better."""
        budget = len(self.walk.points)
        while budget > 0:
            tasks = self._again()[:budget]
            if not tasks:
                return
            budget -= len(tasks)
            tell(f"looking again at {len(tasks)} points that differ from their neighbours")
            self._work(tasks)

    def _again(self) -> list[Task]:
        """A new start for each doubtful cell that has one left.

        Where nothing was found the whole search has been through already, and costs as much again: one more neighbour
        is asked. What is counted in the points themselves is not repeated when a survey is gone on with.
        """
        tasks: dict[Cell, Task] = {}
        for doubt in doubts(self.walk.grid, self.walk.points, self.objective):
            cell, point = doubt.cell, self.walk.points[doubt.cell]
            if cell in tasks or point.starts >= (2 * len(cell) + 2 if point.is_flown else 2):
                continue
            beside = (doubt.better, *self.walk.grid.neighbours(cell, diagonal=False))
            starts: list[Cell | None] = [near for near in beside if near in self.walk.holders]
            for start in [*starts, None] if point.is_flown else starts:
                if (cell, start) not in self.tried:
                    tasks[cell] = Task(cell, () if start is None else (start,))
                    break
        return list(tasks.values())

    def _work(self, tasks: list[Task]) -> None:
        """Let the holders of the starts do the tasks, and whoever is idle those without one."""
        while tasks or len(self.idle) < self.crew.size:
            for worker in list(self.idle):
                mine = next((t for t in tasks if all(self.walk.holders[c] == worker for c in t.near)), None)
                if mine is not None:
                    tasks.remove(mine)
                    self._give(worker, mine)
            self._take()

    def _give(self, worker: int, task: Task) -> None:
        self.tried.add((task.cell, task.near[0] if task.near else None))
        self.idle.remove(worker)
        self.crew.give(worker, task)

    def _take(self) -> None:
        for worker, point in self.crew.take():
            self.idle.append(worker)
            before = self.walk.points.get(point.cell)
            starts = 1 if before is None else before.starts + 1
            stands = self.walk.finish(worker, replace(point, starts=starts), self.objective)
            if before is not None and not stands:
                self.walk.points[point.cell] = replace(before, starts=starts)
            self.keep(self.walk.points[point.cell])
