"""Exchange ratios are derivatives: each equals the central difference of optima that are solved again."""

from dataclasses import replace
from pathlib import Path

import pytest

from cosmodrome.ascent.exchange import Sensitivity, exchanges
from cosmodrome.ascent.problem import pose
from cosmodrome.ascent.search import Search
from cosmodrome.ascent.solve import solve
from cosmodrome.mission.read import read_mission
from tests.ascent.small import LEO, soyuz

EXAMPLES = Path(__file__).parents[2] / "examples"
# steps at which the third derivative is below 1e-5 and a solver's 1e-9 of the mass too
STEPS = {"kg": 5.0, "s": 0.05}


@pytest.fixture(scope="module", params=["delta-iii", "soyuz-2.1b"])
def solved(request, tmp_path_factory):
    """(search, attempt, ratios by name) of the benchmark's two stages and boosters, and of three stages."""
    if request.param == "delta-iii":
        mission = read_mission(EXAMPLES / "delta-iii.toml")
    else:
        mission = soyuz(tmp_path_factory.mktemp("soyuz"), LEO + "inclination_deg = 51.7")
    search = Search(pose(mission))
    attempt = search.cold()
    assert attempt.is_feasible
    return search, attempt, {e.of: e for e in exchanges(Sensitivity(search, attempt))}


def solved_again(search, attempt, problem):
    """The objective (kg) of a changed problem on the same program, to the solver's tolerance."""
    found = search.neighbour(attempt, problem)
    assert found.is_feasible
    return found.objective_kg


def test_every_stage_has_its_ratios(solved):
    _, attempt, ratios = solved
    vehicle = attempt.problem.vehicle
    for stage in vehicle.stages:
        assert ratios[f"{stage.id}.dry_mass_kg"].per == "kg"
        assert ratios[f"{stage.id}.engine.isp_vacuum_s"].per == "s"
    assert ratios["delta_v"].per == "m/s"
    counted = {b.id for b in vehicle.bodies if b.in_dry_mass_of is None}
    assert {f"{b}.mass_kg" for b in counted} <= set(ratios)


def test_ratios_of_the_vehicle_are_differences_of_optima_solved_again(solved):
    search, attempt, ratios = solved
    vehicle = attempt.problem.vehicle
    tried = 0
    for name, ratio in ratios.items():
        if name == "delta_v":
            continue
        value, step = vehicle.get_value(name), STEPS[ratio.per]
        if value < step:
            continue
        pair = [
            solved_again(
                search, attempt, replace(attempt.problem, vehicle=vehicle.with_value(name, value + h))
            )
            for h in (-step, step)
        ]
        # to 1e-4 of the ratio, but not finer than the solver tells two masses apart
        difference = (pair[1] - pair[0]) / (2.0 * step)
        assert ratio.payload_kg == pytest.approx(difference, rel=1e-4, abs=2e-5), name
        tried += 1
    assert tried >= 6


def test_the_ratio_of_velocity_is_the_difference_of_optima_that_are_helped(solved):
    """A push along the motion at the end, of one metre a second, held by the bounds of the elastic variable."""
    search, attempt, ratios = solved
    program = attempt.solver.program
    found = []
    for push in (-1.0, 1.0):
        held = program.lower_x.copy(), program.upper_x.copy()
        for side in held:
            side[program.layout.virtual] = push / search.scales.speed
        solver = replace(attempt.solver, program=replace(program, lower_x=held[0], upper_x=held[1]))
        w0 = attempt.solution.w.copy()
        w0[program.layout.virtual] = push / search.scales.speed
        solution = solve(
            solver,
            attempt.parameters,
            search.scales,
            attempt.solution.p,
            w0,
            multipliers=(attempt.solution.lam_g, attempt.solution.lam_x),
        )
        assert solution.is_converged
        is_payload = attempt.problem.question.objective.maximize == "payload"
        found.append(solution.payload_kg if is_payload else solution.final_mass_kg)
    # a metre a second more to deliver costs what a push of one gives
    assert -ratios["delta_v"].payload_kg == pytest.approx((found[1] - found[0]) / 2.0, rel=1e-3)


def test_signs_are_those_of_rockets(solved):
    _, attempt, ratios = solved
    for stage in attempt.problem.vehicle.stages:
        assert ratios[f"{stage.id}.engine.isp_vacuum_s"].payload_kg > 0.0
    for stage in attempt.problem.vehicle.stages[:-1]:
        assert ratios[f"{stage.id}.dry_mass_kg"].payload_kg < 0.0
    assert ratios["delta_v"].payload_kg < 0.0


@pytest.fixture(scope="module")
def leo(tmp_path_factory):
    search = Search(pose(soyuz(tmp_path_factory.mktemp("leo"), LEO + "inclination_deg = 51.7")))
    attempt = search.cold()
    return search, attempt


def test_a_kilogram_of_adapter_is_a_kilogram_of_payload(leo):
    """Both sit on the last stage from the pad to the orbit: nothing in the flight can tell them apart."""
    ratios = {e.of: e.payload_kg for e in exchanges(Sensitivity(*leo))}
    assert ratios["adapter_mass_kg"] == pytest.approx(-1.0, abs=1e-6)
    assert ratios["block-i.dry_mass_kg"] == pytest.approx(-1.0, abs=1e-6)
    # lower parts are carried a shorter way
    assert -1.0 < ratios["fairing.mass_kg"] < 0.0
    assert -1.0 < ratios["core.dry_mass_kg"] < 0.0


def test_the_worth_of_an_active_limit_is_a_difference_of_optima(leo):
    search, attempt = leo
    worth = Sensitivity(search, attempt).by_limit("fairing_heat_flux_w_m2")
    pair = [
        solved_again(search, attempt, attempt.problem.with_limit("fairing_heat_flux_w_m2", 1135.0 + h))
        for h in (-5.0, 5.0)
    ]
    assert worth > 0.0
    assert worth == pytest.approx((pair[1] - pair[0]) / 10.0, rel=1e-3)


def test_a_limit_that_does_not_press_is_worth_nothing(leo):
    """The floor of the coasts lies 80 km below the flight."""
    assert abs(Sensitivity(*leo).by_limit("max_axial_acceleration_m_s2")) < 1e-9
