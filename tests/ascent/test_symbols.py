"""The symbolic twins: one for every word of the vocabulary, and the same numbers as floats.

Derivatives and every whole equation are compared in `tests/physics/test_one_source.py`; here is the table itself.
"""

import math

import casadi as ca
import numpy as np
import pytest

import cosmodrome.ascent.symbols  # noqa: F401  (supplies the twins)
from cosmodrome.physics import equation
from cosmodrome.physics.equation import SYMBOLIC, WORDS

# one legal argument of each word, as numbers
CALLS = {
    "sqrt": (2.0,),
    "exp": (0.3,),
    "log": (2.0,),
    "sin": (0.4,),
    "cos": (0.4,),
    "atan2": (0.4, -0.7),
    "power": (2.5, 1.7),
    "fmin": (1.0, 2.0),
    "fmax": (1.0, 2.0),
}


def test_every_word_of_the_vocabulary_has_a_symbolic_twin():
    names = {getattr(word, "__name__", word) for word in WORDS}
    assert len(names) >= 12
    assert set(SYMBOLIC) == names


@pytest.mark.parametrize("kind", [ca.SX, ca.MX], ids=["SX", "MX"])
@pytest.mark.parametrize("word", sorted(CALLS))
def test_a_word_means_the_same_on_symbols_as_on_floats(word, kind):
    call = getattr(equation, word)
    x = kind.sym("x", len(CALLS[word]))
    f = ca.Function("f", [x], [call(*ca.vertsplit(x))])
    assert float(f(CALLS[word])) == pytest.approx(call(*CALLS[word]), rel=1e-15)


@pytest.mark.parametrize("kind", [ca.SX, ca.MX], ids=["SX", "MX"])
def test_where_takes_only_the_chosen_branch_on_both_sides(kind):
    x = kind.sym("x")
    f = ca.Function("f", [x], [equation.where(x > 1.0, 3.0 * x, -x)])
    for value, wanted in ((2.0, 6.0), (0.5, -0.5), (1.0, -1.0)):
        assert float(f(value)) == wanted == equation.where(value > 1.0, 3.0 * value, -value)


@pytest.mark.parametrize("kind", [ca.SX, ca.MX], ids=["SX", "MX"])
def test_pieces_are_located_on_symbols_as_on_floats(kind):
    breaks = np.array([0.0, 1.0, 2.5])
    values = np.array([[10.0, 1.0], [20.0, 2.0], [30.0, 3.0], [40.0, 4.0]])
    x = kind.sym("x")
    piece = equation.locate(x, breaks)
    f = ca.Function("f", [x], [equation.pick(piece, values, 0), equation.pick(piece, values, 1)])
    for at in (-math.inf, -1.0, 0.0, 0.5, 1.0, 2.4, 2.5, 9.0):
        here = equation.locate(at, breaks)
        wanted = (equation.pick(here, values, 0), equation.pick(here, values, 1))
        assert tuple(float(y) for y in f(at)) == wanted
