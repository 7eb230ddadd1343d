"""Runs everything side by side: every program in turn, round after round, on one pinned core; keeps one JSON record.

python benchmarks/peers/run.py            makes build/peers/.venv if there is none, writes build/peers/peers.json
python benchmarks/peers/page.py           writes docs/peers.md from it
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from measure import ROOT, commit, machine, pin_one_core
from problem import ALLOWED_KG, ALLOWED_S, PUBLISHED_MASS_KG, PUBLISHED_TIME_S

HERE = Path(__file__).resolve().parent
FOLDER = ROOT / "build" / "peers"
REQUIREMENTS = HERE / "requirements.txt"
SOLVERS = (
    ("cosmodrome_delta_iii.py", "search"),
    ("yapss_delta_iii.py", "quickest"),
    ("yapss_delta_iii.py", "authors' mesh"),
    ("yapss_delta_iii.py", "shipped"),
    ("maptor_delta_iii.py", "quickest"),
    ("maptor_delta_iii.py", "authors"),
    ("dymos_delta_iii.py", "quickest"),
    ("cosmodrome_delta_iii.py", "plan"),
)
FLIGHTS = ("cosmodrome_flight.py", "rocketpy_flight.py", "jsbsim_flight.py")
_NAMED = (
    *("cosmodrome", "yapss", "maptor", "dymos", "openmdao", "rocketpy", "jsbsim", "casadi", "cyipopt-wheels"),
    *("numba", "numpy", "scipy"),
)
_LONGEST_S = 900.0


def main() -> None:
    """Run the rounds and write the record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7, help="default %(default)s")
    parser.add_argument(
        "-n", "--repetitions", type=int, default=3, help="in each process; default %(default)s"
    )
    parser.add_argument("--only", default="", help="scripts whose names begin so")
    parser.add_argument("--output", type=Path, default=FOLDER / "peers.json")
    chosen = parser.parse_args()
    python = environment()
    pin_one_core()
    solvers = [(script, setting) for script, setting in SOLVERS if script.startswith(chosen.only)]
    flights = [script for script in FLIGHTS if script.startswith(chosen.only)]
    record: dict[str, Any] = {
        "command": "python benchmarks/peers/run.py " + " ".join(sys.argv[1:]),
        "date_utc": datetime.datetime.now(datetime.UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "commit": commit(),
        "rounds": chosen.rounds,
        "repetitions": chosen.repetitions,
        "load_before": [round(x, 2) for x in os.getloadavg()],
        "versions": versions(python),
        "new_machine_s": new_machine_s(python),
        "solvers": [{"script": s, "setting": setting, "runs": []} for s, setting in solvers],
        "flights": [{"script": s, "runs": []} for s in flights],
    }
    for k in range(chosen.rounds):
        for program in record["solvers"]:
            setting = ("--setting", program["setting"])
            run = told(python, program["script"], *setting, "-n", str(chosen.repetitions))
            once = told(python, program["script"], *setting, "--once")
            if "failed" not in run | once:
                run |= {"whole_s": once["process_s"], **judged(run["answer"])}
            program["runs"].append(once if "failed" in once else run)
        for program in record["flights"]:
            program["runs"].append(told(python, program["script"], "-n", str(chosen.repetitions)))
        print(f"round {k + 1} of {chosen.rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    record["load_after"] = [round(x, 2) for x in os.getloadavg()]
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps(record, indent=1), "utf-8")
    print(chosen.output)


def environment() -> Path:
    """Return the Python of `build/peers/.venv`, made from `requirements.txt` and this checkout where it is not yet."""
    python = FOLDER / ".venv" / "bin" / "python"
    stamp = FOLDER / ".venv" / "requirements.txt"
    if not (stamp.exists() and stamp.read_text("utf-8") == REQUIREMENTS.read_text("utf-8")):
        venv.create(FOLDER / ".venv", with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=True)
        subprocess.run([*pip, "--no-deps", "-e", str(ROOT)], check=True)
        stamp.write_text(REQUIREMENTS.read_text("utf-8"), "utf-8")
    return python


def told(python: Path, script: str, *options: str, **environ: str) -> dict[str, Any]:
    """Return what a script tells in its last line, with the seconds of its whole process; or why it failed."""
    begun = time.perf_counter()
    try:
        done = subprocess.run(
            [str(python), str(HERE / script), *options],
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            env={**os.environ, **environ},
            cwd=FOLDER,  # OpenMDAO leaves folders where it runs
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"not done after {_LONGEST_S:g} s"}
    process_s = time.perf_counter() - begun
    if done.returncode != 0:
        return {"failed": (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]}
    return {**json.loads(done.stdout.strip().splitlines()[-1]), "process_s": process_s}


def judged(answer: dict[str, Any]) -> dict[str, Any]:
    """Return how far (kg, s) an answer is from the published optimum, and whether it is that."""
    error_kg, error_s = answer["mass_kg"] - PUBLISHED_MASS_KG, answer["time_s"] - PUBLISHED_TIME_S
    is_right = answer["is_converged"] and abs(error_kg) <= ALLOWED_KG and abs(error_s) <= ALLOWED_S
    return {"error_kg": error_kg, "error_s": error_s, "is_right": is_right}


def new_machine_s(python: Path) -> float | None:
    """Return the whole process of our first solve where no kernel has been compiled yet."""
    with tempfile.TemporaryDirectory() as empty:
        return told(python, SOLVERS[0][0], "--once", COSMODROME_CACHE_DIR=empty).get("process_s")


def versions(python: Path) -> dict[str, str]:
    """Return the versions, as installed, of what is compared and what it stands on most."""
    listed = [str(python), "-m", "pip", "list", "--format=json"]
    found = json.loads(subprocess.run(listed, capture_output=True, text=True, check=True).stdout)
    numbers = {package["name"]: package["version"] for package in found}
    return {"python": platform.python_version(), **{name: numbers[name] for name in _NAMED}}


if __name__ == "__main__":
    main()
