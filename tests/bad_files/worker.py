"""Runs command lines, each in a small process, and tells how it ended: one JSON object a line.

    python -m tests.bad_files.worker < calls.json

Reads what to import beforehand, a command line that ends well, and a list of calls, each a folder and the arguments
given there.  Every call runs in a fork of this process, so that imports and the reading of the catalogue are paid once
and no call sees what another left.  Its memory and time are bounded.
"""

import gc
import importlib
import io
import json
import os
import resource
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

ADDRESS_SPACE = 512 << 20
MOST_SECONDS = 2.0
_LONGEST_WAIT_S = 10  # by the clock on the wall, which other processes share


def snapshot(root: Path) -> dict[str, tuple[int, int]]:
    """Every file, folder and link below the root, with its size and time of change."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            found[path] = (status.st_size, status.st_mtime_ns)
    return found


def bound() -> None:
    """Bound the memory of this process, for good, and the time that it has left."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    signal.alarm(_LONGEST_WAIT_S)


def run_call(arguments: list[str]) -> dict[str, object]:
    """The exit code of a command line, what it printed, and the seconds of processor time that it took."""
    from cosmodrome.cli import main

    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "code": code,
        "out": out.getvalue(),
        "err": err.getvalue(),
        "seconds": used.ru_utime + used.ru_stime,
    }


def forked_call(folder: str, arguments: list[str]) -> dict[str, object]:
    """How the command line ends in that folder, run in a fork; the negative code of a signal where one ended it."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        os.chdir(folder)
        bound()
        with os.fdopen(sink, "w") as stream:
            json.dump(run_call(arguments), stream)
        os._exit(0)
    os.close(sink)
    with os.fdopen(source) as stream:
        told = stream.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return json.loads(told) if status == 0 else {"code": status, "out": "", "err": "", "seconds": 0.0}


def answer(asked: dict) -> None:
    """Run the calls and print how each ended."""
    for module in asked["imports"]:
        importlib.import_module(module)
    if (sound := run_call(asked["sound"]))["code"] != 0:
        raise RuntimeError(f"the sound file is not: {sound}")
    gc.freeze()  # a collection in a fork would copy every page that it looks at
    for folder, arguments in asked["calls"]:
        print(json.dumps(forked_call(folder, arguments)), flush=True)


if __name__ == "__main__":
    answer(json.load(sys.stdin))
