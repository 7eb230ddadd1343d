"""Radau collocation: exact where it must be, and no better than its order elsewhere."""

import math

import numpy as np
import pytest

from cosmodrome.ascent.mesh import (
    PhaseMesh,
    control_monomials,
    differentiation,
    quadrature,
    radau_points,
    state_monomials,
    uniform,
)

# the optimiser uses 2 to 5; written in powers of s the digits go as the degree grows
DEGREES = range(1, 7)


def nodes(degree):
    return np.concatenate([[0.0], radau_points(degree)])


@pytest.mark.parametrize("degree", DEGREES)
def test_the_points_rise_to_the_end_of_the_interval(degree):
    s = radau_points(degree)
    assert s.shape == (degree,)
    assert (np.diff(nodes(degree)) > 0.0).all()
    assert s[-1] == 1.0


def test_the_points_are_those_of_the_tables():
    """Radau IIA of order 3 and 5: E. Hairer, G. Wanner, Solving Ordinary Differential Equations II, tables IV.5.5-6."""
    assert radau_points(2) == pytest.approx([1.0 / 3.0, 1.0], abs=1e-15)
    root = math.sqrt(6.0)
    assert radau_points(3) == pytest.approx([(4.0 - root) / 10.0, (4.0 + root) / 10.0, 1.0], abs=1e-15)


@pytest.mark.parametrize("degree", DEGREES)
def test_the_derivative_of_every_polynomial_up_to_the_degree_is_exact(degree):
    s = radau_points(degree)
    for power in range(degree + 1):
        found = differentiation(degree) @ nodes(degree) ** power
        wanted = power * s ** max(power - 1, 0)
        assert found == pytest.approx(wanted, abs=1e-10)


@pytest.mark.parametrize("degree", DEGREES)
def test_one_degree_more_is_not_differentiated_exactly(degree):
    s, power = radau_points(degree), degree + 1
    error = differentiation(degree) @ nodes(degree) ** power - power * s**degree
    assert np.abs(error).max() > 1e-6


@pytest.mark.parametrize("degree", DEGREES)
def test_quadrature_is_exact_to_twice_the_degree_less_two(degree):
    """Radau with d points: degree 2 d - 2, and the next one is missed."""
    s, w = radau_points(degree), quadrature(degree)
    for power in range(2 * degree - 1):
        assert w @ s**power == pytest.approx(1.0 / (power + 1.0), abs=1e-13)
    power = 2 * degree - 1
    assert abs(w @ s**power - 1.0 / (power + 1.0)) > 1e-9
    assert (w > 0.0).all()


@pytest.mark.parametrize("degree", DEGREES)
def test_the_monomials_pass_through_the_values_at_the_nodes(degree):
    values = np.cos(3.0 * nodes(degree)) + nodes(degree)
    c = state_monomials(degree) @ values
    assert np.polyval(c[::-1], nodes(degree)) == pytest.approx(values, abs=1e-11)
    c = control_monomials(degree) @ values[1:]
    assert np.polyval(c[::-1], radau_points(degree)) == pytest.approx(values[1:], abs=1e-11)


def test_collocation_gains_two_orders_for_each_point_on_a_smooth_problem():
    """x' = -x over one second from 1: error at the end falls by 2^(2 d - 1) when the intervals halve."""

    def end(intervals, degree):
        d, h, x = differentiation(degree), 1.0 / intervals, 1.0
        for _ in range(intervals):
            x = np.linalg.solve(d[:, 1:] + h * np.eye(degree), -d[:, 0] * x)[-1]
        return x

    for degree in (2, 3):
        coarse, fine = (abs(end(n, degree) - math.exp(-1.0)) for n in (4, 8))
        assert math.log2(coarse / fine) == pytest.approx(2 * degree - 1, abs=0.15)


def test_a_uniform_mesh_has_its_points_in_every_interval():
    mesh = uniform(4, 3)
    assert (mesh.intervals, mesh.degree) == (4, 3)
    assert mesh.widths == pytest.approx([0.25] * 4)
    points = mesh.points.reshape(4, 3)
    assert points[:, -1] == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert points[2] == pytest.approx(0.5 + 0.25 * radau_points(3))


def test_refining_cuts_only_the_named_intervals_and_keeps_the_ends():
    mesh = PhaseMesh((0.0, 0.2, 0.7, 1.0), 4).refined({1: 2, 2: 3})
    assert mesh.edges == pytest.approx((0.0, 0.2, 0.45, 0.7, 0.8, 0.9, 1.0))
    assert mesh.edges[-1] == 1.0
    assert mesh.degree == 4
    assert PhaseMesh((0.0, 0.5, 1.0), 2).refined({}) == PhaseMesh((0.0, 0.5, 1.0), 2)
