"""The slips that mutation testing makes: each is one change, and the file still runs."""

import pytest
from tools.mutants import mutants_of

SOURCES = [
    ("sign", "y = a + b\n", ["y = a - b"]),
    ("sign", "y = -a\n", ["y = a"]),
    ("operator", "y = a**b / c\n", ["y = a**b * c", "y = a*b / c"]),
    ("constant", "mu = 3.986004418e14\n", ["mu = 398600441900000.0"]),
    ("constant", "top = 86000.0\n", ["top = 86001.0"]),
    ("constant", "n: tuple[int, 2] = 7\n", ["n: tuple[int, 2] = 8"]),
    ("comparison", "y = a < b\n", ["y = a <= b", "y = a >= b"]),
    ("condition", "if a and not b:\n    c()\n", ["if a or not b:", "if a and b:", "if not (a and not b):"]),
    ("function", "y = np.sin(a)\n", ["y = np.cos(a)"]),
    ("argument", "y = f(a, b, a)\n", ["y = f(b, a, a)", "y = f(a, a, b)"]),
    ("argument", "y = dot(a, b)\n", []),
    ("call", "y = where(c, a, b)\n", ["y = (a)", "y = (b)"]),
    ("statement", "def f(a):\n    b = 1\n    a[0] = b\n    return a\n", ["pass"]),
]


@pytest.mark.parametrize(("kind", "source", "becomes"), SOURCES)
def test_a_slip_of_each_kind_is_made_wherever_it_can_be(kind, source, becomes):
    mutants = [mutant for mutant in mutants_of(source.encode()) if mutant.kind == kind]
    assert sorted(mutant.becomes for mutant in mutants) == sorted(becomes)


def test_a_mutant_is_the_whole_file_with_one_slip_in_it():
    source = b'"""1 + 1"""\n\ndef f(x):\n    return (\n        x\n        + 1\n    )\n'
    sign, constant = sorted(mutants_of(source), key=lambda mutant: mutant.kind, reverse=True)
    assert (sign.function, sign.number, sign.slip) == ("f", 6, "+ 1 -> - 1")
    assert sign.source == source.replace(b"+ 1\n", b"- 1\n")
    assert constant.source == source.replace(b"+ 1\n", b"+ 2\n")
