"""Every equation is one function in three engines: floats, CasADi symbols and Numba agree, derivatives included."""

from collections.abc import Callable
from typing import Any

import casadi as ca
import numpy as np
import pytest

from cosmodrome.physics.equation import EQUATIONS
from tests.physics.domains import DOMAINS
from tests.physics.engines import as_floats, as_symbols, differences, leaves, machine_code, scales

# The engines call the same operations in the same order, but their exp, log, sin and atan2 may round the last
# bit differently, and each library may contract or reassociate: a few thousand units in the last place in
# all.
SAME = 1.5e-12
# What a rounding of the arguments alone may change is no disagreement: it matters where a result is a small
# difference of large numbers, like the altitude of the pad.
ROUNDING = 16 * np.finfo(float).eps
# Differences of sixth order over steps of 1e-4 are good to 1e-9 on a scale of 7 km; cubics meet at knots with
# a jump of the third derivative, which costs 1e-8.
SAME_SLOPE = 1e-6


def name(function: Callable[..., Any]) -> str:
    return f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"


def static(arguments: Any) -> Any:
    """What distinguishes two symbolic functions of one equation: numbers and arrays that are no variables."""
    if isinstance(arguments, tuple):
        return tuple(static(part) for part in arguments)
    return (
        None if isinstance(arguments, float) else id(arguments) if hasattr(arguments, "shape") else arguments
    )


def test_every_equation_has_a_domain_and_every_domain_an_equation():
    assert {name(e) for e in EQUATIONS} == {name(e) for e in DOMAINS}
    assert all(DOMAINS[e] for e in EQUATIONS)


@pytest.mark.parametrize("equation", EQUATIONS, ids=name)
def test_floats_symbols_and_machine_code_give_one_value_and_finite_true_slopes(equation):
    functions: dict[Any, tuple[ca.Function, ca.Function, ca.Function]] = {}
    for sample in DOMAINS[equation]:
        arguments = sample.arguments
        key = static(arguments)
        if key not in functions:
            functions[key] = symbolic(equation, arguments)
        values, jacobian, from_mx = functions[key]
        x = np.array(leaves(arguments))
        what = f"{name(equation)} at {arguments}"

        floats = as_floats(equation, arguments)
        assert np.isfinite(floats).all(), what
        slopes = np.array(jacobian(x))
        if not sample.singular:
            assert np.isfinite(slopes).all(), what
        rounding = ROUNDING * np.abs(np.nan_to_num(slopes, posinf=0.0, neginf=0.0)) @ np.abs(x)
        allowed = SAME * np.abs(floats) + rounding
        compiled = np.array(leaves((machine_code(equation, len(arguments))(*arguments),)))
        for engine, found in (
            ("SX", np.array(values(x)).ravel()),
            ("MX", np.array(from_mx(x)).ravel()),
            ("Numba", compiled),
        ):
            assert found.shape == floats.shape, (engine, what)
            assert (np.abs(found - floats) <= allowed).all(), (engine, what, found - floats, allowed)

        if not (sample.kink or sample.singular):
            sizes = np.array([size for argument in arguments for size in scales(argument)])
            expected = differences(equation, arguments, sample.step) * sizes
            scaled = slopes * sizes
            noise = (SAME * np.abs(floats) + rounding) / sample.step
            close = SAME_SLOPE * np.abs(scaled).max(axis=1, initial=0.0) + noise
            wrong = np.argwhere(np.abs(scaled - expected) > close[:, None])
            assert not len(wrong), (what, [(i, j, scaled[i, j], expected[i, j]) for i, j in wrong])


def symbolic(equation, arguments):
    """Values and Jacobian by SX, values by MX, as functions of one vector."""
    x, y = as_symbols(ca.SX, equation, arguments)
    mx, my = as_symbols(ca.MX, equation, arguments)
    return (
        ca.Function("values", [x], [y]),
        ca.Function("jacobian", [x], [ca.densify(ca.jacobian(y, x))]),
        ca.Function("from_mx", [mx], [my]),
    )


@pytest.mark.parametrize("equation", EQUATIONS, ids=name)
def test_second_derivatives_are_finite_wherever_a_derivative_exists(equation):
    for sample in DOMAINS[equation]:
        if sample.singular:
            continue
        x, y = as_symbols(ca.SX, equation, sample.arguments)
        hessian = ca.Function("hessian", [x], [ca.hessian(ca.sum1(y), x)[0]])
        assert np.isfinite(np.array(hessian(np.array(leaves(sample.arguments))))).all(), sample.arguments
