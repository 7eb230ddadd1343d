"""The scalar vocabulary in which every equation is written once, and the register of equations.

An equation is a pure function of scalars (or tuples of scalars) that uses only `+ - * /`, this vocabulary and
other equations. On floats it runs as it stands; on CasADi symbols the words below hand over to `SYMBOLIC`,
which `cosmodrome.ascent.symbols` fills; in machine code `cosmodrome.flight.kernel` registers `WORDS` and
`EQUATIONS` with Numba. This file imports neither library: both together cost a second that reading a file
does not have.

Use nothing but this vocabulary on a value that may be a symbol: `math.sqrt` of a CasADi symbol is NaN without
an error, and `if`, `min`, `max` cannot branch on one (`where`, `fmin`, `fmax` can).
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

EQUATIONS: list[Callable[..., Any]] = []
"""Every function recorded by `equation`, in order of definition (callees before callers)."""

WORDS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {}
"""Name of a word -> (the function that equations call, what it means on floats)."""

SYMBOLIC: dict[str, Callable[..., Any]] = {}
"""Name of a word -> what it means on CasADi symbols; empty until `cosmodrome.ascent.symbols` is imported."""


def equation(function: F) -> F:
    """Record `function` as an equation and return it unchanged."""
    EQUATIONS.append(function)
    return function


def is_symbol(x: Any) -> bool:
    """Whether `x` is a CasADi symbol; told by its type's module, so without an import."""
    return type(x).__module__.startswith("casadi")


def _word(on_floats: Callable[..., Any]) -> Callable[..., Any]:
    name = on_floats.__name__

    def word(*arguments: Any) -> Any:
        if any(map(is_symbol, arguments)):
            return SYMBOLIC[name](*arguments)
        return on_floats(*arguments)

    word.__name__ = word.__qualname__ = name
    word.__doc__ = on_floats.__doc__
    WORDS[name] = (word, on_floats)
    return word


@_word
def sqrt(x):
    """Square root."""
    return math.sqrt(x)


@_word
def exp(x):
    """Exponential."""
    return math.exp(x)


@_word
def log(x):
    """Natural logarithm."""
    return math.log(x)


@_word
def sin(x):
    """Sine of an angle in radians."""
    return math.sin(x)


@_word
def cos(x):
    """Cosine of an angle in radians."""
    return math.cos(x)


@_word
def atan2(y, x):
    """Angle of the point (x, y), rad in (-pi, pi]."""
    return math.atan2(y, x)


@_word
def power(x, y):
    """x to the power y, for x > 0."""
    return math.pow(x, y)


@_word
def fmin(x, y):
    """The smaller of two numbers."""
    return x if x < y else y


@_word
def fmax(x, y):
    """The larger of two numbers."""
    return x if x > y else y


@_word
def where(condition, if_true, if_false):
    """`if_true` where the condition holds, else `if_false`; both are evaluated, so both must be finite."""
    return if_true if condition else if_false


@_word
def locate(x, breaks):
    """Piece of a piecewise function that holds `x`: the number of `breaks` (ascending) that are <= x."""
    piece = 0
    for i in range(len(breaks)):
        if x >= breaks[i]:
            piece = i + 1
    return piece


@_word
def pick(piece, values, column):
    """`values[piece, column]` for a piece found by `locate`; values is an (n, k) array of plain numbers."""
    return float(values[piece, column])
