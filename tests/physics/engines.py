"""Runs one equation in the three engines: as floats, as CasADi symbols (SX and MX), and compiled by Numba."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import casadi as ca
import numba
import numpy as np
from numpy.typing import NDArray

# importing these two fills the vocabulary for symbols and registers the equations with Numba
from cosmodrome.ascent import symbols
from cosmodrome.flight import kernel

assert symbols and kernel

Leaves = list[float]


def leaves(value: Any) -> Leaves:
    """Return the floats in nested tuples, in order; whole numbers and arrays choose a formula and are no variables."""
    if isinstance(value, bool):
        return [float(value)]
    if isinstance(value, tuple):
        return [leaf for part in value for leaf in leaves(part)]
    return [float(value)] if isinstance(value, float) else []


def scales(value: Any) -> Leaves:
    """Return for each leaf its typical size: the length of its vector, its own size, or 1 when that is zero."""
    if isinstance(value, tuple):
        if all(isinstance(part, float) for part in value) and not hasattr(value, "_fields"):
            length = float(np.linalg.norm(value))
            return [length or 1.0] * len(value)
        return [scale for part in value for scale in scales(part)]
    return [abs(value) or 1.0] if isinstance(value, float) else []


def rebuilt(value: Any, new: Iterator[Any]) -> Any:
    """Return `value` with its leaves replaced by those of `new`."""
    if isinstance(value, tuple):
        parts = [rebuilt(part, new) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return next(new) if isinstance(value, float) else value


def as_floats(function: Callable[..., Any], arguments: tuple[Any, ...]) -> NDArray[np.float64]:
    """Return the leaves of the result on floats."""
    return np.array(_flat(function(*arguments)), dtype=float)


def as_symbols(kind: type, function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, Any]:
    """Return (symbols, column of results) of the equation in `ca.SX` or `ca.MX`, all leaves being symbols."""
    x = [kind.sym(f"x{i}") for i in range(len(leaves(arguments)))]  # type: ignore[attr-defined]
    result = function(*rebuilt(arguments, iter(x)))
    return ca.vertcat(*x), ca.vertcat(*(kind(part) for part in _flat(result)))


def machine_code(function: Callable[..., Any], arity: int) -> Callable[..., Any]:
    """Return a compiled caller of the equation; not cached on disk, so that no test can meet an old kernel."""
    return _compiled(function, arity)


@cache
def _compiled(function: Callable[..., Any], arity: int) -> Callable[..., Any]:
    names = ", ".join(f"a{i}" for i in range(arity))
    scope: dict[str, Any] = {"function": function}
    exec(f"def call({names}):\n    return function({names})", scope)
    return numba.njit(error_model="numpy")(scope["call"])  # type: ignore[no-any-return]


def differences(function: Callable[..., Any], arguments: tuple[Any, ...], step: float) -> NDArray[np.float64]:
    """Return the Jacobian on floats by central differences of sixth order, steps relative to each leaf's
    size.

    Source: B. Fornberg, Mathematics of Computation 51 (1988) 699, table 1: weights 45, -9, 1 over 60.
    """
    at, sizes = leaves(arguments), [size for argument in arguments for size in scales(argument)]
    columns = []
    for j, size in enumerate(sizes):
        h = step * size
        column = np.zeros(1)
        for k, weight in ((1, 45.0), (2, -9.0), (3, 1.0)):
            for sign in (1.0, -1.0):
                moved = list(at)
                moved[j] = at[j] + sign * k * h
                column = column + sign * weight * as_floats(function, rebuilt(arguments, iter(moved)))
        columns.append(column / (60.0 * h))
    return np.column_stack(columns)


def _flat(value: Any) -> list[Any]:
    if isinstance(value, tuple):
        return [leaf for part in value for leaf in _flat(part)]
    return [value]
