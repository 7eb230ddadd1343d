"""Solved programs: neighbours agree with cold solves, and meshes carry solutions and multipliers over."""

from dataclasses import replace
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest

from cosmodrome.ascent import walk
from cosmodrome.ascent.mesh import PhaseMesh, radau_points, uniform
from cosmodrome.ascent.plan import plan
from cosmodrome.ascent.problem import pose
from cosmodrome.ascent.search import Search
from cosmodrome.ascent.solve import interpolated, solve, transferred
from tests.ascent.small import LEO, northward_m_s, soyuz


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """The three-stage ascent to 200 x 240 km on its first mesh: (search, attempt)."""
    mission = soyuz(tmp_path_factory.mktemp("soyuz"), LEO + "inclination_deg = 51.7")
    search = Search(pose(mission))
    return search, search.cold()


def raised(problem, perigee_km, apogee_km, inclination_deg):
    radius = problem.environment.earth.radius
    perigee, apogee = radius + 1e3 * perigee_km, radius + 1e3 * apogee_km
    target = replace(
        problem.question.target,
        semi_major_axis_m=0.5 * (perigee + apogee),
        eccentricity=(apogee - perigee) / (apogee + perigee),
        inclination_rad=np.radians(inclination_deg),
    )
    return problem.with_question(target=target)


def test_the_cold_solve_converges_without_help(solved):
    _, attempt = solved
    assert attempt.is_feasible
    assert attempt.solution.return_status == "Solve_Succeeded"
    assert attempt.solution.virtual_m_s < 1e-4
    assert not attempt.is_squeezed


@pytest.mark.parametrize("orbit", [(220.0, 300.0, 51.7), (200.0, 240.0, 55.0), (190.0, 240.0, 53.0)])
def test_a_neighbour_has_the_optimum_of_a_cold_solve(solved, orbit):
    search, attempt = solved
    problem = raised(attempt.problem, *orbit)
    near = search.neighbour(attempt, problem)
    cold = Search(problem).cold()
    assert near.is_feasible and cold.is_feasible
    # both to the solver's tolerance of 1e-9
    assert near.solution.payload_kg == pytest.approx(cold.solution.payload_kg, rel=1e-6)
    assert near.solution.iterations < cold.solution.iterations


@pytest.mark.parametrize("rank", [0, 1])
def test_no_other_start_is_the_one_that_an_optimum_came_from(solved, rank):
    search, attempt = solved
    mine = attempt if rank == 0 else search.elsewhere(attempt, rank)
    others = list(islice(search.others(mine), 2))
    for other in others:
        assert other.start.rank != rank
        assert np.abs(other.w0 - mine.w0).max() > 1e-3
        # flown differently, led to the same optimum
        assert other.solution.payload_kg == pytest.approx(mine.solution.payload_kg, rel=1e-6)


NORTHBOUND = '[profile]\nlaunch_direction = "ascending"'


def test_the_plan_of_a_neighbour_is_the_plan_from_scratch(tmp_path):
    first = plan(soyuz(tmp_path, LEO + "inclination_deg = 60", NORTHBOUND))
    other = soyuz(tmp_path, LEO + "inclination_deg = 62", NORTHBOUND)
    near, scratch = plan(other, start=first), plan(other)
    assert near.status == scratch.status == "verified"
    assert near.payload_kg == pytest.approx(scratch.payload_kg, rel=1e-5)


def test_a_neighbour_keeps_the_launch_direction_that_is_asked_for(tmp_path):
    """51.7 deg is due east, the same for both directions; from 54 deg on they part."""
    first = plan(soyuz(tmp_path, LEO + "inclination_deg = 51.7", NORTHBOUND))
    near = plan(soyuz(tmp_path, LEO + "inclination_deg = 54", NORTHBOUND), start=first)
    assert near.flight is not None
    assert northward_m_s(near.flight.state_at(150.0)) > 0.0


def test_a_plan_that_does_not_fit_is_no_start_and_no_harm(tmp_path):
    first = plan(soyuz(tmp_path, LEO + "inclination_deg = 51.7"))
    other = soyuz(tmp_path, LEO + "inclination_deg = 60\narg_of_pericenter_deg = 80")
    assert plan(other, start=first).status == "verified"


def test_solving_again_from_the_optimum_stays_there(solved):
    search, attempt = solved
    again = search.neighbour(attempt, attempt.problem)
    assert again.solution.payload_kg == pytest.approx(attempt.solution.payload_kg, rel=1e-9)


def test_a_finer_mesh_moves_the_optimum_by_less_than_the_coarse_error(solved):
    search, attempt = solved
    halved = tuple(cut.refined(dict.fromkeys(range(cut.intervals), 2)) for cut in attempt.solution.mesh)
    finer = search.refined(attempt, halved, attempt.solution.program.rows)
    assert finer.is_feasible
    assert finer.solution.payload_kg == pytest.approx(attempt.solution.payload_kg, rel=1e-3)


def test_the_masses_of_a_solution_are_booked_between_its_phases(solved):
    _, attempt = solved
    solution, timeline = attempt.solution, attempt.timeline
    mass = timeline.mass_without_payload_kg + solution.payload_kg
    left = dict(timeline.propellant_kg)
    for k, phase in enumerate(timeline.phases[: timeline.insertion + 1]):
        assert solution.starts[k][6] == pytest.approx(mass, rel=1e-9)
        for flow in phase.flows:
            spent = flow.burnt_kg(float(solution.durations[k]))
            left[flow.stage] -= spent
            mass -= spent
        assert solution.states[k][-1, 6] == pytest.approx(mass, rel=1e-9)
        mass -= sum(d.mass_kg + (left[d.stage] if d.stage else 0.0) for d in phase.drops)


def test_the_last_stage_burns_all_that_is_usable(solved):
    _, attempt = solved
    burn = attempt.timeline.burn("block-i")
    flow = attempt.timeline.phases[burn.phases[-1]].flows[0].flow_kg_s
    burnt = flow * sum(float(attempt.solution.durations[k]) for k in burn.phases)
    assert burnt == pytest.approx(burn.usable_kg, rel=1e-8)


def test_a_given_payload_is_carried_exactly(tmp_path):
    mission = soyuz(
        tmp_path, LEO + "inclination_deg = 51.7", '[objective]\nmaximize = "margin"\npayload_kg = 7000'
    )
    attempt = Search(pose(mission)).arrived()
    assert attempt.is_feasible
    assert attempt.solution.payload_kg == pytest.approx(7000.0, abs=1e-9)


def test_interpolation_is_exact_for_polynomials_of_the_meshs_degree():
    old = (PhaseMesh((0.0, 0.3, 1.0), 3),)
    new = (PhaseMesh((0.0, 0.1, 0.65, 1.0), 4),)

    def state(t):
        return np.stack([1.0 + t - 2.0 * t**2 + 0.5 * t**3 + k for k in range(7)], axis=1)

    def control(t):
        return np.stack([1.0 + 0.0 * t, 0.3 * t, 0.2 * t**2], axis=1)

    solution = SimpleNamespace(
        mesh=old,
        starts=[state(np.array([0.0]))[0]],
        states=[state(old[0].points)],
        controls=[control(old[0].points)],
    )
    states, controls = interpolated(solution, new)
    assert states[0] == pytest.approx(state(new[0].points), abs=1e-12)
    wanted = control(new[0].points)
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert controls[0] == pytest.approx(wanted, abs=1e-12)


def test_a_solution_interpolated_on_its_own_mesh_is_itself(solved):
    _, attempt = solved
    states, controls = interpolated(attempt.solution, attempt.solution.mesh)
    for k, mine in enumerate(states):
        assert mine == pytest.approx(attempt.solution.states[k], rel=1e-9, abs=1e-6)
        assert controls[k] == pytest.approx(attempt.solution.controls[k], abs=1e-6)


def test_multipliers_transferred_to_the_same_program_are_themselves(solved):
    _, attempt = solved
    lam_g, _ = transferred(attempt.solution, attempt.solution.program)
    assert lam_g == pytest.approx(attempt.solution.lam_g, rel=1e-12, abs=1e-15)


def test_virtual_velocity_is_bought_only_by_who_cannot_do_without(solved):
    """The price is above what any payload is worth: one that is able uses none, one that is not the least."""
    search, attempt = solved
    objective = replace(attempt.problem.question.objective, maximize="margin", payload_kg=10_000.0)
    heavy = attempt.problem.with_question(objective=objective)
    walked = walk.walk(
        search,
        attempt,
        lambda at: heavy.with_question(
            objective=replace(objective, payload_kg=8500.0 + at * 1500.0),
        ),
    )
    assert not walked.arrived
    assert walked.beyond is not None
    # the last stage's exchange ratio is 3.5 kg per m/s: 1 150 kg too much are about 330 m/s
    assert 250.0 < walked.beyond.solution.virtual_m_s < 420.0


def test_a_walk_that_can_arrives(solved):
    search, attempt = solved
    walked = walk.walk(
        search, attempt, lambda at: raised(attempt.problem, 200.0 + 60 * at, 240.0 + 60 * at, 51.7)
    )
    assert walked.arrived and walked.reached == 1.0 and walked.beyond is None
    radius = walked.attempt.problem.question.target.perigee_radius_m
    assert radius == pytest.approx(attempt.problem.environment.earth.radius + 260e3, abs=1e-3)


def test_the_solver_holds_a_variable_that_its_bounds_hold(solved):
    """Ten metres a second of virtual velocity, forced on the rocket, buy what the velocity exchange ratio says."""
    search, attempt = solved
    program = attempt.solver.program
    found = []
    for push in (-10.0, 10.0):
        low, high = program.lower_x.copy(), program.upper_x.copy()
        low[program.layout.virtual] = high[program.layout.virtual] = push / search.scales.speed
        held = replace(attempt.solver, program=replace(program, lower_x=low, upper_x=high))
        w0 = attempt.solution.w.copy()
        w0[program.layout.virtual] = push / search.scales.speed
        solution = solve(held, attempt.parameters, search.scales, attempt.solution.p, w0)
        assert solution.is_converged
        found.append(solution.payload_kg)
    assert (found[1] - found[0]) / 20.0 == pytest.approx(3.47, rel=0.01)


def test_radau_points_end_phases_so_that_links_hold_there(solved):
    """The end of a phase is its last point: the next phase begins at the same position and velocity."""
    _, attempt = solved
    solution = attempt.solution
    assert radau_points(uniform(1, 4).degree)[-1] == 1.0
    for k in range(len(solution.states) - 1):
        assert solution.starts[k + 1][:6] == pytest.approx(solution.states[k][-1, :6], rel=1e-9, abs=1e-4)
