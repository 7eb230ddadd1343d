"""Runs all truths in a few processes and judges them.

A measurement that breaks is a row that fails, never one that is missing; a worker that dies says so at once.
"""

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait

from cosmodrome.validation.measures import PLANS, Task, Values, tasks
from cosmodrome.validation.truths import Row, Truth, read_truths

Progress = Callable[[str], None]
# what a worker sends home: values by id, and the last line of what broke, "" where nothing did
Answer = tuple[Values, str]


def validate(progress: Progress, *, workers: int = 2, truths: Sequence[Truth] | None = None) -> list[Row]:
    """Return a row for each truth, in their order; all that there are, unless some are given."""
    asked = read_truths() if truths is None else list(truths)
    todo = tasks(asked)
    lacks = {truth.id: task.measure.lacks for task in todo for truth in task.truths}
    answers = list(_answers([task for task in todo if not task.measure.lacks], workers, progress))
    values = _worst({truth.id: truth for truth in asked}, [found for _, (found, _) in answers])
    broke = {truth.id: reason for task, (_, reason) in answers for truth in task.truths}
    broken_plan = next((reason for task, (_, reason) in answers if reason and _is_plan(task)), "")
    return [
        Row(
            truth,
            None if truth.group == PLANS and broken_plan else values.get(truth.id),
            lacks.get(truth.id, ""),
            broken_plan if truth.group == PLANS else broke.get(truth.id, ""),
        )
        for truth in asked
    ]


def _is_plan(task: Task) -> bool:
    return bool(task.truths[0].quantity)


def _worst(truths: Mapping[str, Truth], found: Iterable[Values]) -> Values:
    """One value for each id: of several the one farthest from the reference, None if any is no number."""
    several: dict[str, list[float | None]] = {}
    for values in found:
        for id_, value in values.items():
            several.setdefault(id_, []).append(value)
    return {id_: _farthest(values, truths[id_].reference) for id_, values in several.items() if id_ in truths}


def _farthest(values: Sequence[float | None], reference: float) -> float | None:
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values):
        return None
    return max(numbers, key=lambda value: abs(value - reference))


def _answers(todo: Sequence[Task], workers: int, progress: Progress) -> Iterator[tuple[Task, Answer]]:
    """Every task with its answer, as they come."""
    waiting, done = list(todo), 0
    with _team(min(workers, len(waiting))) as lines:
        busy: dict[int, Task] = {}
        for number, line in enumerate(lines):
            busy[number] = waiting.pop(0)
            line.send(busy[number])
        while busy:
            progress(f"{done} of {len(todo)} measured, now {'; '.join(task.names for task in busy.values())}")
            ready = wait([lines[number] for number in busy])
            for number in [number for number in busy if lines[number] in ready]:
                task = busy.pop(number)
                yield task, _received(lines[number], task)
                done += 1
                if waiting:
                    busy[number] = waiting.pop(0)
                    lines[number].send(busy[number])


def _received(line: Connection, task: Task) -> Answer:
    try:
        answer: Answer = line.recv()
    except EOFError:
        raise RuntimeError(f"a worker of the validation ended without a word at {task.names}") from None
    return answer


@contextmanager
def _team(size: int) -> Iterator[list[Connection]]:
    """Lines to that many processes, begun anew (a fork would copy locks); they end with the block."""
    context = multiprocessing.get_context("spawn")
    lines, processes = [], []
    try:
        for _ in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            lines.append(ours)
            processes.append(process)
        yield lines
    finally:
        for line, process in zip(lines, processes, strict=True):
            process.terminate()
            process.join()
            line.close()


def _serve(line: Connection) -> None:
    """The life of a worker: measure what comes until nobody asks any more."""
    # a Ctrl-C goes to every process of the terminal; who asked decides what becomes of it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            task: Task = line.recv()
        except EOFError:
            return
        try:
            answer: Answer = (task.run(), "")
        except Exception as error:
            traceback.print_exc()
            answer = ({}, f"{type(error).__name__}: {error}")
        line.send(answer)
