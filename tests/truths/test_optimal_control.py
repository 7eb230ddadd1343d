"""Closed truths of optimal control, solved with the collocation that plans ascents (`ascent.mesh`) and IPOPT.

Sources: E. D. Dolan, J. J. More, T. S. Munson, Benchmarking Optimization Software with COPS 3.0, ANL/MCS-TM-273
(2004), problem 9 (Goddard rocket); A. E. Bryson and Y.-C. Ho, Applied Optimal Control (1975), sec. 2.4 (bilinear
tangent); K. Tsiolkovsky's equation as the bound that no ascent passes.
"""

import math
from pathlib import Path

import numpy as np
import pytest

from cosmodrome.ascent.mesh import control_monomials
from cosmodrome.ascent.plan import plan
from cosmodrome.mission.read import read_mission
from cosmodrome.validation import textbook
from cosmodrome.validation.textbook import bilinear_tangent, goddard

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def highest():
    return goddard(12)


def test_goddards_rocket_climbs_as_high_as_published(highest):
    h, durations, status, _, _ = highest
    assert status == "Solve_Succeeded"
    assert h == pytest.approx(1.0128369, abs=1e-6)
    # the height is stationary in the time of flight, so the time is looser
    assert durations.sum() == pytest.approx(0.19885, abs=1e-4)


def test_a_finer_mesh_leaves_goddards_height_where_it_is(highest):
    # the coarse mesh of the coast still errs by 2e-8
    assert goddard(20)[0] == pytest.approx(highest[0], abs=4e-8)


def test_goddards_rocket_burns_fully_then_on_the_singular_arc_then_coasts(highest):
    """On the arc D (1 + v / c) = m g, in which no thrust is: Bryson and Ho, sec. 8.4, for drag by the square of v."""
    _, durations, _, thrust, (h, v, m) = highest
    assert (durations > 0.01).all()
    assert 0.5 < thrust.min() < thrust.max() < 3.4
    drag = 310.0 * v**2 * np.exp(-500.0 * (h - 1.0))
    # the height hardly feels the arc's ends, so they are loosest
    assert drag * (1.0 + v / 0.5) * h**2 / m == pytest.approx(np.ones_like(v), abs=0.02)


@pytest.fixture(scope="module")
def steered():
    return bilinear_tangent()


def test_the_tangent_of_the_best_steering_is_linear_in_time(steered):
    """Free range makes the bilinear law of Bryson and Ho linear: tan(angle) = c - d t."""
    _, points, u, duration = steered
    tangent, t = u[:, 1] / u[:, 0], points * duration
    slope, at_start = np.polyfit(t, tangent, 1)
    assert slope < 0.0 < at_start
    # the angle turns through most of a right angle, so that a straight line is no accident
    assert np.ptp(np.degrees(np.arctan(tangent))) > 40.0
    assert np.abs(tangent - (at_start + slope * t)).max() < 1e-4


def test_the_steering_between_the_points_keeps_the_law(steered):
    """The control that is flown is the interval's polynomial, normalised."""
    mesh, points, u, duration = steered
    slope, at_start = np.polyfit(points * duration, u[:, 1] / u[:, 0], 1)
    d = mesh.degree
    for s in (0.1, 0.35, 0.77):
        weights = s ** np.arange(d) @ control_monomials(d)
        for i in range(mesh.intervals):
            x, y = weights @ u[i * d : i * d + d]
            t = duration * (mesh.edges[i] + s * mesh.widths[i])
            assert y / x == pytest.approx(at_start + slope * t, abs=1e-4)


def test_the_steered_flight_ends_where_its_closed_integrals_say(steered):
    """The law's own integrals: for a linear tangent velocity has the closed form of Bryson and Ho, eq. 2.4.19-20.

    Integral of a cos b dt = (a / d) [asinh(tan b)] and integral of a sin b dt = (a / d) [sec b], over the turn.
    """
    _, points, u, duration = steered
    slope, at_start = np.polyfit(points * duration, u[:, 1] / u[:, 0], 1)
    at_end = at_start + slope * duration
    a, d = 20.0, -slope
    v_x = a / d * (math.asinh(at_start) - math.asinh(at_end))
    v_y = a / d * (math.hypot(1.0, at_start) - math.hypot(1.0, at_end)) - 9.81 * duration
    assert v_x == pytest.approx(5000.0, rel=1e-5)
    assert v_y == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("name", ["delta-iii", "vostochny-leo"])
def test_no_plan_carries_more_than_the_rocket_equation_without_losses(name):
    """The ideal velocity of the stack with the planned payload exceeds what an impulsive ascent to its orbit needs.

    Needed at least: the speed that has the orbit's energy at the pad's radius, less the whole speed that the turning
    Earth gives, in vacuum with no gravity loss.
    """
    found = plan(read_mission(EXAMPLES / f"{name}.toml"))
    assert found.flight is not None and found.attempt is not None
    timeline, mu = found.attempt.timeline, found.problem.environment.earth.mu
    mass, ideal = timeline.mass_without_payload_kg + found.payload_kg, 0.0
    left = dict(timeline.propellant_kg)
    for phase, duration in zip(timeline.phases, found.attempt.solution.durations, strict=False):
        p = phase.leg.propulsion
        burnt = p.flow * float(duration)
        if burnt:
            ideal += p.thrust / p.flow * math.log(mass / (mass - burnt))
        for flow in phase.flows:
            left[flow.stage] -= flow.burnt_kg(float(duration))
        mass -= burnt + sum(d.mass_kg + (left[d.stage] if d.stage else 0.0) for d in phase.drops)
    r0 = math.hypot(*found.problem.question.start[:3])
    target = found.problem.question.target
    energy = -mu / (2.0 * target.semi_major_axis_m)
    least = math.sqrt(2.0 * (energy + mu / r0)) - math.hypot(*found.problem.question.start[3:])
    assert ideal > least + 500.0
    # the flight's own book says the same, and where the difference went
    budget = found.flight.delta_v_m_s
    assert budget["ideal"] == pytest.approx(ideal, rel=1e-6)
    # and the bound has a meaning: without its losses the same stack would have lifted that much more
    assert ideal - least < 2600.0


def test_a_solve_that_failed_gives_neither_height_nor_time(monkeypatch):
    found = (1.0128369, np.array([0.1, 0.05, 0.04885]), "Maximum_Iterations_Exceeded")
    monkeypatch.setattr(textbook, "goddard", lambda intervals: found)
    with pytest.raises(ArithmeticError, match="Maximum_Iterations_Exceeded"):
        textbook.measure_goddard(())
