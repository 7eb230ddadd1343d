"""A stranger's first minutes: clone, virtual environment, install and first run with empty caches; memory of `plan`.

Clones the last commit into a temporary folder and takes the README's first line apart, so that each part has its time.
Needs the network, or an index that pip is configured for. Not pinned: a stranger's machine is not.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import ROOT, deliver, options, row, timed

MISSION = "examples/vostochny-leo.toml"


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__, 1)
    measured = [_once() for _ in range(chosen.repetitions)]
    rows = [
        row(name, unit, [m[name] for m in measured], target)
        for name, unit, target in (
            ("venv + install + first run", "s", 180.0),
            ("  venv", "s", None),
            ("  install", "s", None),
            ("  first run, kernels compiled", "s", None),
            ("second run", "s", None),
            ("peak memory of plan", "GiB", 1.5),
        )
    ]
    deliver("first_run", rows, chosen.repetitions, as_json=chosen.json, note=_index())


def _once() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)], check=True)
        environment = _empty(Path(folder))

        def call(*command: str) -> float:
            _, seconds = timed(
                lambda: subprocess.run(
                    command, cwd=clone, env=environment, check=True, stdout=subprocess.DEVNULL
                )
            )
            return seconds

        # the interpreter that a venv was made from, not the venv that runs this
        python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
        venv = call(str(python), "-m", "venv", ".venv")
        install = call(".venv/bin/pip", "install", "--quiet", ".")
        first = call(".venv/bin/cosmodrome", "run", MISSION)
        second = call(".venv/bin/cosmodrome", "run", MISSION)
        gib = _peak_gib([".venv/bin/cosmodrome", "plan", MISSION], clone, environment)
    return {
        "venv + install + first run": venv + install + first,
        "  venv": venv,
        "  install": install,
        "  first run, kernels compiled": first,
        "second run": second,
        "peak memory of plan": gib,
    }


def _index() -> str:
    """Where pip takes packages from, when that is not the public index alone: it decides what `install` costs."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True
    ).stdout
    near = {line.partition("=")[0].rpartition(".")[2] for line in told.splitlines()}
    near &= {"find-links", "index-url", "extra-index-url"}
    if not near:
        return "Packages came from the public index."
    return f"pip had {' and '.join(sorted(near))} configured: some packages came from this machine or a mirror near it."


def _empty(folder: Path) -> dict[str, str]:
    """The environment of a machine that never ran this: no home, no caches, nothing on Python's path."""
    kept = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV", "COSMODROME_CACHE_DIR")
    }
    (folder / "home").mkdir()
    return kept | {
        "HOME": str(folder / "home"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PIP_CACHE_DIR": str(folder / "pip"),
        "MPLCONFIGDIR": str(folder / "matplotlib"),
    }


def _peak_gib(command: list[str], where: Path, environment: dict[str, str]) -> float:
    """Largest resident memory of one process, GiB."""
    process = subprocess.Popen(command, cwd=where, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    # Linux counts ru_maxrss in KiB, macOS in bytes
    return usage.ru_maxrss / (1024**3 if sys.platform == "darwin" else 1024**2)


if __name__ == "__main__":
    main()
