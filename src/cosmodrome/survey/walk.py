"""The order in which the points of a survey are solved: from neighbour to neighbour, by whoever holds the neighbours.

A few anchors, spread over the grid and on its corners, are searched from nothing; between them every point continues
from the optima of finished neighbours and is confirmed from those of others. A plan lives in the worker that made it,
so each worker grows a region of its own, and the regions meet. Where no neighbour flies nothing is left to continue:
those points are inferred from the diagnosed ones around them.
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cosmodrome.survey.curves import parabola, straight
from cosmodrome.survey.grid import Cell, Grid
from cosmodrome.survey.point import INFERRED, Point

# most steps between two anchors on an axis
_ANCHOR_STEP = 12
# a search from nothing costs a worker as much as continuing through about so many points
_SEARCH_COST = 8
_SHORT = "insufficient-delta-v"


@dataclass(frozen=True)
class Task:
    """A cell to solve: from one of the plans at `near`, confirmed from another; from flown guesses where there is
    none."""

    cell: Cell
    near: tuple[Cell, ...] = ()


class Walk:
    """What is finished, who holds which plan, and what each worker should do next."""

    def __init__(self, grid: Grid, points: Mapping[Cell, Point], workers: int):
        self.grid = grid
        self.points = dict(points)
        self.holders: dict[Cell, int] = {}
        self.open = dict.fromkeys(cell for cell in grid.cells if cell not in self.points)
        self.pending: dict[Cell, int] = {}
        self.frontiers: list[dict[Cell, None]] = [{} for _ in range(workers)]
        self.anchors = _anchors(grid.shape)

    def next(self, worker: int) -> Task | None:
        """The next task of a worker; None where it has to wait for others, or nothing is left."""
        task = self._growth(worker) or self._seed()
        if task is not None:
            self.pending[task.cell] = worker
            self.open.pop(task.cell, None)
        return task

    def finish(self, worker: int, point: Point, objective: str) -> bool:
        """Take in what a worker found; whether it stands, as the first or the better answer of its cell."""
        self.pending.pop(point.cell, None)
        known = self.points.get(point.cell)
        stands = known is None or point.is_better_than(known, objective)
        if stands:
            self.points[point.cell] = point
        if stands and point.is_flown:
            self.holders[point.cell] = worker
            beside = self.grid.neighbours(point.cell)
            self.frontiers[worker].update(dict.fromkeys(cell for cell in beside if cell in self.open))
        return stands

    def inferred(self) -> Iterator[Point]:
        """The points that follow without a solve from those that are finished: now those that a falling payload leaves
        nothing for, and when nothing else is left to do, all."""
        beyond = [cell for frontier in self.frontiers for cell in frontier if self._is_beyond(cell)]
        is_over = not self.pending and not any(self._beside_flown())
        is_over = is_over and not any(cell in self.open for cell in self.anchors)
        for cell in dict.fromkeys(list(self.open) if is_over else beyond):
            if cell in self.open:
                del self.open[cell]
                self.points[cell] = self._inferred(cell)
                yield self.points[cell]

    def _growth(self, worker: int) -> Task | None:
        """The cell beside this worker's own plans that has most of them around it."""
        frontier = self.frontiers[worker]
        for cell in [cell for cell in frontier if cell not in self.open]:
            del frontier[cell]
        if not frontier:
            return None
        cell = max(frontier, key=lambda cell: len(self._held(cell, worker)))
        if cell in self.anchors:
            return Task(cell)
        return Task(cell, tuple(self._held(cell, worker)))

    def _held(self, cell: Cell, worker: int) -> list[Cell]:
        """The neighbours whose plans a worker holds, the nearest first."""
        return [near for near in self.grid.neighbours(cell) if self.holders.get(near) == worker]

    def _seed(self) -> Task | None:
        """A cell to search from nothing: the anchor farthest from what is known, else one beside others' plans where
        enough is left for it to pay, or where nobody holds them any more."""
        anchors = [cell for cell in self.anchors if cell in self.open]
        if anchors:
            return Task(self._farthest(anchors))
        beside = list(self._beside_flown())
        growing = {cell for frontier in self.frontiers for cell in frontier}
        orphans = [cell for cell in beside if cell not in growing]
        choice = orphans or (beside if len(beside) > _SEARCH_COST else [])
        return Task(self._farthest(choice)) if choice else None

    def _beside_flown(self) -> Iterator[Cell]:
        for cell in self.open:
            if any(near in self.points and self.points[near].is_flown for near in self.grid.neighbours(cell)):
                yield cell

    def _farthest(self, cells: list[Cell]) -> Cell:
        """The cell farthest from all finished and pending ones; at the very start the one nearest the middle."""
        known = [*self.points, *self.pending]
        if not known:
            middle = tuple((n - 1) / 2 for n in self.grid.shape)
            return min(cells, key=lambda cell: math.dist(cell, middle))
        return max(cells, key=lambda cell: min(math.dist(cell, other) for other in known))

    def _is_beyond(self, cell: Cell) -> bool:
        """Whether the payload has run out before a cell: a neighbour was diagnosed so, and along some axis the straight
        line through two flown points and the parabola through three both lead below zero."""
        near = [self.points[c] for c in self.grid.neighbours(cell) if c in self.points]
        if not any(point.code == _SHORT and point.method != INFERRED for point in near):
            return False
        for number, side in itertools.product(range(len(cell)), (-1, 1)):
            x, y = self._flown_along(cell, number, side)
            at = self.grid.values(cell)[number]
            if len(y) == 3 and straight(x, y, at) < 0.0 and parabola(x, y, at) < 0.0:
                return True
        return False

    def _flown_along(self, cell: Cell, number: int, side: int) -> tuple[list[float], list[float]]:
        """Values of an axis and payloads (kg) at the flown ones of the three cells next to one on one side."""
        x, y = [], []
        for k in (1, 2, 3):
            point = self.points.get((*cell[:number], cell[number] + side * k, *cell[number + 1 :]))
            if point is not None and point.payload_kg is not None:
                x.append(point.values[number])
                y.append(point.payload_kg)
        return x, y

    def _inferred(self, cell: Cell) -> Point:
        """The answer of the nearest point that was solved and does not fly."""
        silent = [p for p in self.points.values() if not p.is_flown and p.method != INFERRED]
        near = min(silent, key=lambda point: math.dist(point.cell, cell))
        at = ", ".join(
            f"{axis.key} = {value:.6g}" for axis, value in zip(self.grid.axes, near.values, strict=True)
        )
        return replace(
            near,
            cell=cell,
            values=self.grid.values(cell),
            message=f"not solved, taken from the nearest diagnosed point ({at}): {near.message}",
            method=INFERRED,
            starts=0,
            seconds=0.0,
        )


def _anchors(shape: tuple[int, ...]) -> dict[Cell, None]:
    """Cells spread evenly over a grid, its corners among them."""
    ticks = []
    for n in shape:
        parts = max(math.ceil((n - 1) / _ANCHOR_STEP), 1 if n < 8 else 2)
        ticks.append(sorted({round(k * (n - 1) / parts) for k in range(parts + 1)}))
    return dict.fromkeys(itertools.product(*ticks))
