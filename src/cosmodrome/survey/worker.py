"""Who solves the points of a survey: this process, or several, each with the plans that it has made.

A plan holds compiled functions and stays where it was made; tasks and points travel.
"""

import itertools
import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Protocol

from cosmodrome.errors import CosmodromeError
from cosmodrome.survey.grid import Cell, Grid
from cosmodrome.survey.point import CONTINUED, SEARCHED, Point, point_of
from cosmodrome.survey.walk import Task

if TYPE_CHECKING:
    from cosmodrome.ascent.plan import Plan

Progress = Callable[[str], None]


class Desk:
    """Solves tasks and keeps the plans that their neighbours will start from."""

    def __init__(self, grid: Grid, progress: Progress | None = None):
        self.grid, self.progress = grid, progress
        self.plans: dict[Cell, Plan] = {}

    def solve(self, task: Task) -> Point:
        """The point at a task's cell."""
        # imported here, since who only hands out tasks needs no solver
        from cosmodrome.ascent.plan import plan

        mission, vehicle = self.grid.question(task.cell)
        beside = _pair([self.plans[cell] for cell in task.near])
        # the nearer the two begin, the fewer steps each takes: what three plans foretell before what one is
        start, confirm = itertools.islice(itertools.chain(self._across(task.cell, task.near), beside), 2)
        found = plan(
            mission, vehicle=vehicle, start=start, confirm=confirm, with_ratios=False, progress=self.progress
        )
        method = CONTINUED if task.near else SEARCHED
        point = point_of(found, task.cell, self.grid.values(task.cell), method)
        if found.attempt is not None and found.verification is not None:
            known = self.plans.get(task.cell)
            if (
                known is None
                or known.attempt is None
                or found.attempt.objective_kg > known.attempt.objective_kg
            ):
                # neighbours start from the optimum; the flight, most of the memory, has been told
                self.plans[task.cell] = replace(found, verification=None)
        return point

    def _across(self, cell: Cell, near: tuple[Cell, ...]) -> "Iterator[Plan]":
        """Starts moved to a cell as the plans around it lie apart, each by other three of them."""
        from cosmodrome.ascent.nearby import across

        for a, b in itertools.combinations_with_replacement(near, 2):
            c = tuple(i + j - k for i, j, k in zip(a, b, cell, strict=True))
            if c in self.plans and c != cell:
                found = across(self.plans[a], self.plans[b], self.plans[c])
                if found is not None:
                    yield found


def _pair(plans: list["Plan"]) -> "tuple[Plan | None, Plan | None]":
    """The plan to start from and another to confirm from, the first two of a program that most of them share: optima
    of one program are compared without building another."""
    programs = [id(plan.attempt.solver) for plan in plans if plan.attempt is not None]
    if not programs:
        return None, None
    usual = max(programs, key=programs.count)
    first, *rest = sorted(plans, key=lambda plan: plan.attempt is None or id(plan.attempt.solver) != usual)
    return first, next(iter(rest), None)


class Team(Protocol):
    """Workers that take one task each at a time."""

    size: int

    def give(self, worker: int, task: Task) -> None:
        """Let an idle worker begin a task."""

    def take(self) -> list[tuple[int, Point]]:
        """What has been found since, by whom; waits until there is something."""


class Alone:
    """This process as the only worker."""

    size = 1

    def __init__(self, grid: Grid, progress: Progress):
        self.desk = Desk(grid, progress)
        self.tasks: list[Task] = []

    def give(self, worker: int, task: Task) -> None:
        """Keep the task for `take`."""
        self.tasks.append(task)

    def take(self) -> list[tuple[int, Point]]:
        """Solve what was given."""
        tasks, self.tasks = self.tasks, []
        return [(0, self.desk.solve(task)) for task in tasks]


class Processes:
    """Several processes, begun anew (forking would copy locks of threads that do not exist in the copy)."""

    def __init__(self, grid: Grid, size: int):
        self.size = size
        self.lines: list[Connection] = []
        self.processes: list[BaseProcess] = []
        context = multiprocessing.get_context("spawn")
        for _ in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, grid), daemon=True)
            process.start()
            theirs.close()
            self.lines.append(ours)
            self.processes.append(process)

    def give(self, worker: int, task: Task) -> None:
        """Send the task to its worker."""
        self.lines[worker].send(task)

    def take(self) -> list[tuple[int, Point]]:
        """Wait for the next points; raises what a worker raised."""
        found = []
        for line in wait(self.lines):
            worker = self.lines.index(line)  # type: ignore[arg-type]
            try:
                answer = self.lines[worker].recv()
            except EOFError:
                raise RuntimeError(f"worker {worker + 1} of the survey ended without a word") from None
            if isinstance(answer, BaseException):
                raise answer
            found.append((worker, answer))
        return found

    def end(self) -> None:
        """Stop the workers; what they were solving is lost."""
        for line, process in zip(self.lines, self.processes, strict=True):
            process.terminate()
            process.join()
            line.close()


@contextmanager
def team(grid: Grid, workers: int, progress: Progress) -> Iterator[Team]:
    """The team of that many workers, dismissed on leaving; a single one works in this process."""
    if workers == 1:
        yield Alone(grid, progress)
        return
    processes = Processes(grid, workers)
    try:
        yield processes
    finally:
        processes.end()


def _serve(line: Connection, grid: Grid) -> None:
    """The life of a worker: solve what comes until nobody asks any more."""
    # a Ctrl-C goes to every process of the terminal; who asked decides what becomes of it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        desk = Desk(grid)
        while True:
            line.send(desk.solve(line.recv()))
    except (EOFError, BrokenPipeError):
        return
    except CosmodromeError as error:
        line.send(error)
    except Exception:
        # the exception itself may not survive the way home
        line.send(RuntimeError(traceback.format_exc()))
