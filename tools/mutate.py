"""Makes one small slip at a time in `physics/` and runs its tests: a slip that no test sees is a survivor.

    python tools/mutate.py [module ...]

Works on a copy of the sources, with Numba's compiler off, on systems that can fork. A mutant is first shown to the
tests that mirror its module, then to the others of tests/physics. Survivors are held against mutants_explained.toml,
which says why some change nothing that matters. Without modules it writes docs/mutation.md. Ends with 1 when less than
80 % are killed, when a changed sign or constant survives unexplained, and when an explanation explains no survivor.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.mutants import Mutant, mutants_of
from tools.mutation_page import Verdict, commit, explanations, is_good, page, place, row, stale

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "mutation.md"
PHYSICS, TESTS = Path("src") / "cosmodrome" / "physics", Path("tests") / "physics"
# Loaded once, before every mutant gets a fork of this process, which has none of our own modules.
HEAVY = ("casadi", "erfa", "hypothesis", "numba", "numpy", "pytest", "scipy.integrate")
# It compiles kernels in processes of their own and asks for no value of an equation.
NOT_ASKED = "test_stale_kernels.py"
# It holds the engines against one another, all with the same slip: slow, and rarely the first to see one.
LAST = "test_one_source.py"
LONGEST_S = 120.0
ALIVE, UNUSABLE = 0, (3, 4, 5)  # exit codes of pytest: passed; internal error, wrong use, nothing collected


class Bench:
    """A copy of the sources and tests, in which one file at a time is wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("src", "tests", "examples"):
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        self.clock = time.time()

    def write(self, path: Path, source: bytes) -> None:
        """Write a file of the copy with a time of its own, by which Python tells that older bytecode is stale."""
        self.clock += 1.0
        (self.folder / path).write_bytes(source)
        os.utime(self.folder / path, (self.clock, self.clock))

    def is_killed(self, groups: Sequence[Sequence[Path]]) -> bool:
        """Whether a test of one of these groups of files fails, the first group first, or does not end."""
        return any(group and self._fails(group) for group in groups)

    def _fails(self, tests: Sequence[Path]) -> bool:
        process = multiprocessing.get_context("fork").Process(target=_run, args=(self.folder, tests))
        process.start()
        process.join(LONGEST_S)
        if process.is_alive():
            process.kill()
            process.join()
            return True
        if process.exitcode in UNUSABLE:
            raise RuntimeError(f"pytest ended with {process.exitcode} on {', '.join(map(str, tests))}")
        return process.exitcode != ALIVE


def _run(folder: Path, tests: Sequence[Path]) -> None:
    """Run tests in the copy; called in a fork."""
    os.chdir(folder)
    sys.path[:0] = [str(folder), str(folder / "src")]
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    options = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=ci"]
    os._exit(sys.modules["pytest"].main([*options, *map(str, tests)]))


def every_test(folder: Path) -> list[Path]:
    """The files of tests/physics that mutants are shown to, the slowest last."""
    files = sorted((folder / TESTS).glob("test_*.py"), key=lambda path: (path.name == LAST, path.name))
    return [path.relative_to(folder) for path in files if path.name != NOT_ASKED]


def tests_of(module: str, folder: Path) -> tuple[list[Path], list[Path]]:
    """The files of tests in a folder that mirror a module, and the others of tests/physics but for their properties."""
    every = every_test(folder)
    own = [path for path in every if path.stem == f"test_{module}" or path.stem.startswith(f"test_{module}_")]
    return own, [path for path in every if path not in own and not path.stem.endswith("_properties")]


def tried(bench: Bench, module: str) -> Iterator[tuple[Mutant, bool]]:
    """Every mutant of a module and whether it was killed; the sound file is put back afterwards."""
    path, tests = PHYSICS / f"{module}.py", tests_of(module, bench.folder)
    sound = (bench.folder / path).read_bytes()
    for mutant in mutants_of(sound):
        bench.write(path, mutant.source)
        yield mutant, bench.is_killed(tests)
    bench.write(path, sound)


def main(asked: Sequence[str]) -> int:
    """Try the modules, print what survives, write the page when all were tried."""
    every = [path.stem for path in sorted((ROOT / PHYSICS).glob("*.py")) if mutants_of(path.read_bytes())]
    if unknown := set(asked) - set(every):
        print(
            f"physics/ has no equations in {', '.join(sorted(unknown))}; it has {', '.join(every)}",
            file=sys.stderr,
        )
        return 2
    started, tree, modules, reasons = time.time(), commit(), asked or every, explanations()
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {
            "NUMBA_DISABLE_JIT": "1",
            "OMP_NUM_THREADS": "1",
            "COSMODROME_CACHE_DIR": f"{name}/kernels",
        }
        sys.dont_write_bytecode = False  # without it each fork would translate every test anew
        for heavy in HEAVY:
            importlib.import_module(heavy)
        bench = Bench(Path(name))
        if bench.is_killed([every_test(bench.folder)]):
            print("the tests fail on the sound sources", file=sys.stderr)
            return 2
        for module in modules:
            new = [
                Verdict(module, mutant, is_killed, reasons.get((place(module, mutant), mutant.slip), ""))
                for mutant, is_killed in tried(bench, module)
            ]
            for v in new:
                if v.is_open:
                    print(f"lives: {v.place}, line {v.mutant.number}: {v.mutant.slip}", flush=True)
            print(row(module, new), flush=True)
            verdicts += new
    needless = stale(verdicts, reasons)
    for where, slip in needless:
        print(f"explained, but no survivor: {where}: {slip}")
    if not asked:
        PAGE.write_text(page(verdicts, tree, time.time() - started), encoding="utf-8")
    return 0 if is_good(verdicts) and not needless else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
