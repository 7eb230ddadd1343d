"""Compiled kernels: the same bits in another process, from the cache, and for many flights at once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cosmodrome.flight.kernel import cache_folder
from cosmodrome.flight.propagate import fly
from tests.flight.worlds import launch

SCRIPT = """
from cosmodrome.flight.propagate import fly
from tests.flight.worlds import launch
print(fly(launch()).y.tobytes().hex())
"""


def test_a_fresh_process_flies_the_same_bits() -> None:
    here = fly(launch()).y.tobytes().hex()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    there = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert there.stdout.strip() == here


def test_without_a_place_to_keep_kernels_they_are_compiled_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("not a folder")
    script = (
        "from cosmodrome.flight.integrate import states_at\n"
        "import numpy as np\n"
        "print(states_at(np.zeros(1), np.zeros(1), np.ones((1, 12)), np.empty((0, 7, 12)))[0, 0])\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "COSMODROME_CACHE_DIR": str(blocked / "cache"),
    }
    there = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert there.stdout.strip() == "1.0"


def test_threads_fly_the_same_bits() -> None:
    here = fly(launch()).y.tobytes()
    with ThreadPoolExecutor(4) as pool:
        assert all(y == here for y in pool.map(lambda _: fly(launch()).y.tobytes(), range(8)))


def test_kernels_are_kept_in_the_folder_named_by_their_sources() -> None:
    fly(launch())
    kept = {path.name.split("-")[0] for path in cache_folder().rglob("*.nbi")}
    assert "integrate.integrate_packed" in kept
