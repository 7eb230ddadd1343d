"""What every benchmark shares: one pinned core, medians, and a record of what ran where.

It imports nothing slow, since the core must be pinned before the libraries start their threads.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ("casadi", "numba", "numpy", "pyarrow", "click", "matplotlib")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True)
class Row:
    """One figure: its median and least over the repetitions; `target` is the most it should be, None for none."""

    name: str
    unit: str
    median: float
    least: float
    target: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the median is within the target."""
        return None if self.target is None else self.median <= self.target


def options(purpose: str | None, repetitions: int) -> argparse.Namespace:
    """Return `repetitions` and `json` of the command line."""
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("-n", "--repetitions", type=int, default=repetitions, help="default %(default)s")
    parser.add_argument("--json", action="store_true", help="write one JSON object instead of a table")
    return parser.parse_args()


def pin_one_core() -> None:
    """Keep this process and its children on one core, and their libraries on one thread."""
    for name in _THREADS:
        os.environ[name] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what `work` returns, and the seconds it took."""
    begun = time.perf_counter()
    found = work()
    return found, time.perf_counter() - begun


def row(name: str, unit: str, values: list[float], target: float | None = None) -> Row:
    """Return the `Row` of repeated measurements."""
    return Row(name, unit, statistics.median(values), min(values), target)


def deliver(benchmark: str, rows: list[Row], repetitions: int, *, as_json: bool, note: str = "") -> None:
    """Print the figures as a table, or as one JSON object with machine, date and versions; `note` is told with them."""
    record = {
        "benchmark": benchmark,
        "command": f"python benchmarks/{benchmark}.py",
        "repetitions": repetitions,
        "date_utc": datetime.datetime.now(datetime.UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "load": [round(x, 2) for x in os.getloadavg()],
        "commit": commit(),
        "versions": versions(),
        "note": note,
        "rows": [asdict(r) | {"is_met": r.is_met} for r in rows],
    }
    if as_json:
        print(json.dumps(record, indent=1))
        return
    print(
        f"{benchmark}: {record['machine']}, {record['date_utc']}, commit {record['commit']}, load {record['load']}"
    )
    width = max(len(r.name) for r in rows)
    print(f"{'':{width}}  {'median':>12} {'least':>12} {'target':>8}")
    for r in rows:
        target = "" if r.target is None else f"{r.target:g}"
        verdict = {True: "met", False: "MISSED", None: ""}[r.is_met]
        print(f"{r.name:{width}}  {r.median:12.7g} {r.least:12.7g} {target:>8} {r.unit:5} {verdict}")
    if note:
        print(note)


def machine() -> str:
    """Return processor, number of cores and system in one line."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else name
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def commit() -> str:
    """Return the commit of this checkout, marked where files differ from it."""
    told = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True
    )
    return told.stdout.strip() or "unknown"


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that the figures depend on."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def command_line() -> list[str]:
    """Return how to call `cosmodrome` as a person does: the installed script, else this checkout's module."""
    script = Path(sys.executable).with_name("cosmodrome")
    return [str(script)] if script.exists() else [sys.executable, "-m", "cosmodrome.cli"]
