"""The vocabulary means the same in every engine, and equations use nothing beside it."""

import ast
import builtins
import math
from pathlib import Path

import casadi as ca
import numba
import numpy as np
import pytest

from cosmodrome import physics
from cosmodrome.ascent import symbols
from cosmodrome.flight import kernel
from cosmodrome.physics import equation
from cosmodrome.physics.equation import SYMBOLIC, WORDS

assert symbols and kernel

SOURCES = sorted(Path(physics.__path__[0]).glob("*.py"))
VALUES = np.array([[1.0, -2.0], [3.5, 0.0], [-7.0, 4.0]])
BREAKS = np.array([10.0, 20.0])
MEANINGS = [
    ("sqrt", (2.0,), math.sqrt(2.0)),
    ("exp", (-3.0,), math.exp(-3.0)),
    ("log", (0.2,), math.log(0.2)),
    ("sin", (-1.1,), math.sin(-1.1)),
    ("cos", (2.5,), math.cos(2.5)),
    ("atan2", (-1.0, -2.0), math.atan2(-1.0, -2.0)),
    ("power", (1.7, -5.2), 1.7**-5.2),
    ("fmin", (2.0, -3.0), -3.0),
    ("fmax", (2.0, -3.0), 2.0),
]


@pytest.mark.parametrize(("word", "arguments", "expected"), MEANINGS, ids=[m[0] for m in MEANINGS])
def test_a_word_means_the_same_on_floats_symbols_and_in_machine_code(word, arguments, expected):
    function = WORDS[word][0]
    compiled = numba.njit(lambda *a: function(*a))
    for kind in (ca.SX, ca.MX):
        x = [kind.sym("x") for _ in arguments]
        symbolic = ca.Function("f", x, [function(*x)])
        # one unit in the last place: the libraries of mathematics differ by no more
        assert float(symbolic(*arguments)) == pytest.approx(expected, rel=3e-16)
    assert function(*arguments) == pytest.approx(expected, rel=3e-16)
    assert compiled(*arguments) == pytest.approx(expected, rel=3e-16)


@pytest.mark.parametrize(("x", "piece"), [(-5.0, 0), (9.999, 0), (10.0, 1), (19.0, 1), (20.0, 2), (1e9, 2)])
def test_a_piece_starts_at_its_break_in_every_engine(x, piece):
    def chosen(x):
        here = equation.locate(x, BREAKS)
        return equation.pick(here, VALUES, 0), equation.pick(here, VALUES, 1)

    locate, pick = equation.locate, equation.pick

    @numba.njit
    def compiled(x, breaks, values):
        here = locate(x, breaks)
        return pick(here, values, 0), pick(here, values, 1)

    expected = tuple(VALUES[piece])
    assert chosen(x) == expected
    assert compiled(x, BREAKS, VALUES) == expected
    for kind in (ca.SX, ca.MX):
        symbol = kind.sym("x")
        found = ca.Function("f", [symbol], list(chosen(symbol)))(x)
        assert tuple(float(part) for part in found) == expected


@pytest.mark.parametrize(("condition", "expected"), [(True, 4.0), (False, 9.0)])
def test_where_takes_the_branch_of_its_condition_in_every_engine(condition, expected):
    where = equation.where
    sign = 1.0 if condition else -1.0
    assert where(sign > 0.0, 4.0, 9.0) == expected
    assert numba.njit(lambda s: where(s > 0.0, 4.0, 9.0))(sign) == expected
    for kind in (ca.SX, ca.MX):
        s = kind.sym("s")
        assert float(ca.Function("f", [s], [where(s > 0.0, 4.0, 9.0)])(sign)) == expected


def test_every_word_has_a_symbolic_meaning_and_a_test():
    assert set(SYMBOLIC) == set(WORDS)
    assert set(WORDS) == {m[0] for m in MEANINGS} | {"locate", "pick", "where"}


@pytest.mark.parametrize("name", WORDS)
def test_a_word_is_shown_by_its_name_and_meaning(name):
    word, on_floats = WORDS[name]
    assert (word.__name__, word.__qualname__, word.__doc__) == (name, name, on_floats.__doc__)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_physics_imports_no_engine_and_math_only_where_no_symbol_passes(path):
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & {"casadi", "numba", "scipy"}
    if path.stem not in {"constants", "equation"}:
        # math.sqrt of a CasADi symbol is NaN without an error
        assert "math" not in imported


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_equations_use_neither_numpy_nor_builtins_that_branch(path):
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef) or not any(
            isinstance(d, ast.Name) and d.id == "equation" for d in function.decorator_list
        ):
            continue
        used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        allowed = {"float", "range"}
        assert not used & ({"np", "math"} | (set(dir(builtins)) - allowed)), function.name
        comparisons = [node for node in ast.walk(function) if isinstance(node, ast.Compare)]
        assert all(len(node.ops) == 1 for node in comparisons), f"{function.name}: a chained comparison"


def test_a_branch_on_a_symbol_raises_instead_of_choosing():
    x = ca.SX.sym("x")
    with pytest.raises(Exception, match=r"truth value|bool"):
        bool(x > 0.0)
