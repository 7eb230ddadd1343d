"""Machine code: registers the equations with Numba and keeps compiled kernels where an edit cannot make them stale.

Numba's own cache watches only the file of the compiled function, so an equation edited elsewhere would give old numbers
without a word. Here the cache folder is named by a hash of every source that kernels are made from, of Numba's version,
of Python's, and of the processor; it is set before the first function is compiled.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config
from numba.extending import overload

# every module that defines equations must have been imported before they are registered
from cosmodrome.physics import motion, orbit  # noqa: F401
from cosmodrome.physics.equation import EQUATIONS, WORDS

F = TypeVar("F", bound=Callable[..., Any])

# IEEE division and no fast-math: bits must not depend on the machine. An equation allocates nothing, so it need not
# count references to the tables it reads (`_nrt`): counting them doubled the time of every evaluation.
_PURE = {"error_model": "numpy", "_nrt": False}


def cache_folder() -> Path:
    """Return the folder of compiled kernels: `$COSMODROME_CACHE_DIR`, else the user's cache folder, by source hash."""
    chosen = os.environ.get("COSMODROME_CACHE_DIR")
    if chosen:
        base = Path(chosen)
    else:
        # `expanduser` leaves the tilde where there is no home, `Path.home` would raise
        base = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "cosmodrome"
    return base / source_hash()


def source_hash() -> str:
    """Return a hash of all that compiled kernels depend on: our sources, Numba, Python, the processor."""
    digest = hashlib.sha256()
    for part in (numba.__version__, sys.version, _processor()):
        digest.update(part.encode())
    for package in ("physics", "flight"):
        root = Path(str(files("cosmodrome") / package))
        for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".csv")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _processor() -> str:
    from llvmlite import binding

    features = binding.get_host_cpu_features()
    return str(binding.get_host_cpu_name() + features.flatten())


def _register() -> None:
    for word, on_floats in WORDS.values():
        _overload(word, on_floats)
    for function in EQUATIONS:
        _overload(function, function)


def _overload(called: Callable[..., Any], meaning: Callable[..., Any]) -> None:
    @overload(called, strict=False, jit_options=_PURE)
    def implementation(*arguments: Any) -> Callable[..., Any]:
        return meaning


def compiled(function: F) -> F:
    """Compile a kernel that Python calls: kept in the cache, releasing the GIL, IEEE division, no fast-math.

    Where the cache folder cannot be written, each process compiles for itself.
    """
    return numba.njit(cache=_IS_KEPT, nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]


def inner(function: F) -> F:
    """Compile a part of kernels that allocates nothing and calls nothing that might (of NumPy, scalar functions)."""
    return numba.njit(nogil=True, **_PURE)(function)  # type: ignore[no-any-return]


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


config.CACHE_DIR = str(cache_folder())
_IS_KEPT = _is_writable(cache_folder())
_register()
