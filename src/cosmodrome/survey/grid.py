"""The points of a survey: one mission, changed along its axes, read again at every point by the reader of missions."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.catalogue.resolve import Resolved, resolve
from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.errors import MissionFileError
from cosmodrome.files.toml import parse_toml, read_bytes
from cosmodrome.mission.read import mission_from_dict
from cosmodrome.mission.schema import Mission
from cosmodrome.survey.axes import Axis, put, read_axes, with_number

Cell = tuple[int, ...]
"""Where a point is: its index on each axis."""


@dataclass(frozen=True)
class Grid:
    """A mission file's tables and its vehicle, with the axes along which they change."""

    path: Path
    data: dict[str, Any]
    vehicle: Vehicle
    axes: tuple[Axis, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values on each axis."""
        return tuple(len(axis.values) for axis in self.axes)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, the last axis fastest."""
        return tuple(itertools.product(*(range(n) for n in self.shape)))

    def values(self, cell: Cell) -> tuple[float, ...]:
        """The values of the varied keys at a cell, in the units of their suffixes."""
        return tuple(axis.values[k] for axis, k in zip(self.axes, cell, strict=True))

    def question(self, cell: Cell) -> tuple[Mission, Vehicle]:
        """The mission at a cell, and its vehicle; CosmodromeError where the reader refuses the values there."""
        data, vehicle = self.data, self.vehicle
        for axis, value in zip(self.axes, self.values(cell), strict=True):
            if axis.is_of_vehicle:
                vehicle = with_number(vehicle, axis, value)
            else:
                data = put(data, axis, value)
        return mission_from_dict(data, self.path), vehicle

    def neighbours(self, cell: Cell, *, diagonal: bool = True) -> Iterator[Cell]:
        """The cells beside one: those along an axis first, then the diagonal ones."""
        steps = [s for s in itertools.product((-1, 0, 1), repeat=len(cell)) if any(s)]
        for step in sorted(steps, key=lambda s: sum(map(abs, s))):
            beside = tuple(k + s for k, s in zip(cell, step, strict=True))
            is_beside = diagonal or sum(map(abs, step)) == 1
            if is_beside and all(0 <= k < n for k, n in zip(beside, self.shape, strict=True)):
                yield beside

    def lines(self) -> Iterator[tuple[Axis, list[Cell]]]:
        """Every line of cells along every axis."""
        for number, axis in enumerate(self.axes):
            rest = [range(1) if k == number else range(n) for k, n in enumerate(self.shape)]
            for start in itertools.product(*rest):
                yield (
                    axis,
                    [(*start[:number], k, *start[number + 1 :]) for k in range(self.shape[number])],
                )


def read_grid(path: Path, vary: Sequence[str]) -> Grid:
    """The grid of a mission file and its variations, every point of it read and checked.

    Raises CosmodromeError, one sentence, for what is wrong in the file, the variations, or at the first point that
    the readers refuse.
    """
    data = parse_toml(read_bytes(path, MissionFileError), path, MissionFileError)
    axes = read_axes(vary)
    mission = mission_from_dict(data, path)
    vehicle = load_vehicle(mission.vehicle, path, mission.fairing)
    grid = Grid(path, data, vehicle, axes)
    for cell in grid.cells:
        examine(grid, cell)
    return grid


def examine(grid: Grid, cell: Cell) -> Resolved:
    """The mission at a cell held against its hardware; CosmodromeError where that refuses it."""
    mission, vehicle = grid.question(cell)
    return resolve(mission, vehicle)
