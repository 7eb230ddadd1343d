"""What every program does that is compared: solve the same way, be timed the same way, print one JSON record.

A program is a process: it is pinned to one core and one thread before anything is imported, counts what its imports
take, throws the first repetition away and times the others, each cold (from nothing but the loaded package) and, where
the package has a way, warm (the neighbouring orbit, on what the cold solve left).
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from measure import pin_one_core

# a flight shorter than this (s) is flown as often as fills it, and counted as the mean of those
_BATCH_S = 0.2


@dataclass(frozen=True)
class Answer:
    """A solved problem: final mass (kg) and time (s), what the solver said, how large the program was, and what was
    `left` that a neighbour can begin from."""

    mass_kg: float
    time_s: float
    is_converged: bool
    status: str
    size: dict[str, Any]
    left: Any = None


class Solver(Protocol):
    """One package with one setting."""

    def cold(self) -> Answer:
        """Build the problem, guess and solve it."""
        ...

    def warm(self, former: Answer) -> Answer | None:
        """Solve the neighbour from a former answer; None where the package has no way to."""
        ...


@dataclass
class Timed:
    """Wall and CPU seconds of the repetitions that count, and of the first one, which does not."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    first_wall_s: float | None = None

    def add(self, wall_s: float, cpu_s: float) -> None:
        """Keep one repetition."""
        if self.first_wall_s is None:
            self.first_wall_s = wall_s
        else:
            self.wall_s.append(wall_s)
            self.cpu_s.append(cpu_s)


def solving(package: str, load: Callable[[str], Solver], settings: tuple[str, ...]) -> None:
    """Run a peer's script: `load` imports the package and returns its solver with one of the settings."""
    chosen = _options(settings)
    solver, record = _loaded(package, lambda: load(chosen.setting))
    cold, warm = Timed(), Timed()
    answer = near = None
    for _ in range(1 if chosen.once else chosen.repetitions + 1):
        answer = _timed(solver.cold, cold)
        if not chosen.once:
            near = _timed(lambda a=answer: solver.warm(a), warm)
    _tell(
        record,
        setting=chosen.setting,
        cold=asdict(cold),
        warm=asdict(warm) if near is not None else None,
        answer=_plain(answer),
        neighbour=_plain(near),
    )


def flying(package: str, load: Callable[[], dict[str, Callable[[], str]]]) -> None:
    """Run a flight script: `load` builds the models and returns flights by name; each tells how it ended."""
    chosen = _options(("",))
    flights, record = _loaded(package, load)
    rows = []
    for name, fly in flights.items():
        spent = Timed()
        ended = _timed(fly, spent)
        assert spent.first_wall_s is not None
        batch = max(1, round(_BATCH_S / spent.first_wall_s))
        for _ in range(chosen.repetitions):
            one = Timed(first_wall_s=0.0)
            _timed(lambda n=batch, f=fly: [f() for _ in range(n)], one)
            spent.add(one.wall_s[0] / batch, one.cpu_s[0] / batch)
        rows.append({"name": name, "ended": ended, **asdict(spent)})
    _tell(record, flights=rows)


def _options(settings: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", "--repetitions", type=int, default=5, help="that count; default %(default)s")
    parser.add_argument("--setting", choices=settings, default=settings[0])
    parser.add_argument("--once", action="store_true", help="one cold solve and no more: a user's whole wait")
    return parser.parse_args()


def _loaded(package: str, load: Callable[[], Any]) -> tuple[Any, dict[str, Any]]:
    pin_one_core()
    begun = time.perf_counter()
    try:
        loaded = load()
    except ModuleNotFoundError as missing:
        print(
            f"{package} cannot run without {missing.name}: "
            "pip install -r benchmarks/peers/requirements.txt, or let benchmarks/peers/run.py make its environment",
            file=sys.stderr,
        )
        sys.exit(2)
    return loaded, {
        "package": package,
        "version": version(package),
        "import_s": time.perf_counter() - begun,
    }


def _timed(work: Callable[[], Any], spent: Timed) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    spent.add(time.perf_counter() - wall, time.process_time() - cpu)
    return found


def _plain(answer: Answer | None) -> dict[str, Any] | None:
    return None if answer is None else {k: v for k, v in vars(answer).items() if k != "left"}


def _tell(record: dict[str, Any], **rest: Any) -> None:
    print(json.dumps(record | rest))
