"""The assembled program: its derivatives are CasADi's own, its layout is whole, and scaling moves no answer."""

import casadi as ca
import numpy as np
import pytest

from cosmodrome.ascent.mesh import uniform
from cosmodrome.ascent.parameters import make_parameters, pack, repacked
from cosmodrome.ascent.points import make_library
from cosmodrome.ascent.problem import first_start
from cosmodrome.ascent.scaling import canonical
from cosmodrome.ascent.transcription import transcribe
from tests.ascent.small import odd_problem


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small program with every kind of row, its parameters, and its timeline."""
    problem = odd_problem(tmp_path_factory.mktemp("odd"))
    start = first_start(problem)
    timeline = start.timeline
    phases = timeline.phases[: timeline.insertion + 1]
    mesh = tuple(uniform(2, 2) if k % 2 else uniform(1, 3) for k in range(len(phases)))
    rows = []
    for phase in phases:
        mine = ["max_axial_acceleration_m_s2", "min_coast_altitude_m"]
        if phase.is_steered:
            # along the air there is no angle of attack, and the row's slopes would be rounding
            mine = ["max_dynamic_pressure_pa", "max_q_alpha_pa_rad", *mine]
        if phase.is_fairing_gone:
            mine.insert(-1, "fairing_heat_flux_w_m2")
        rows.append(tuple(mine))
    parameters = make_parameters(timeline, problem.question)
    p = pack(parameters, timeline, problem.question, start.guess.durations, start.guess.starts[:, 6], 2000.0)
    library = make_library(timeline, problem.environment, canonical(problem.environment.earth))
    return problem, timeline, parameters, p, transcribe(timeline, parameters, p, mesh, tuple(rows), library)


@pytest.fixture(scope="module")
def point(made):
    """Variables near a flight, and multipliers, drawn at random from a fixed seed."""
    _, _, _, p, program = made
    random = np.random.default_rng(7)
    w = random.normal(0.0, 0.05, program.layout.size)
    for x0, z in zip(program.layout.x0, program.layout.z, strict=True):
        # above the ground at some speed, with a mass, an axis and a throttle of the right size
        w[x0] += np.array([0.9, 0.3, 0.4, -0.1, 0.4, 0.2, 0.9])
        w[z] += np.array([0.9, 0.3, 0.4, -0.1, 0.4, 0.2, 0.9, 0.6, 0.5, 0.6, 0.8])[: z.shape[1]]
    for d in program.layout.duration:
        if d >= 0:
            w[d] += 1.0
    return w, random.normal(size=len(program.lower_g)), p


def test_the_program_holds_every_kind_of_phase(made):
    _, timeline, parameters, _, program = made
    phases = timeline.phases[: timeline.insertion + 1]
    assert any(p.is_vertical for p in phases) and any(p.is_throttled for p in phases)
    assert any(p.leg.propulsion.thrust_rate < 0.0 for p in phases)
    assert {p.is_fixed for p in phases} == {True, False}
    assert any(drop.stage for p in phases for drop in p.drops)
    assert parameters.has_corridor and parameters.shape.has_node and parameters.shape.has_pericenter
    assert "propellant.first" in program.glue_names


def test_the_supplied_jacobian_is_the_one_of_the_constraints(made, point):
    program = made[-1]
    w, _, p = point
    x, q = program.nlp["x"], program.nlp["p"]
    wanted = np.array(ca.Function("j", [x, q], [ca.jacobian(program.nlp["g"], x)])(w, p))
    rows, found = program.options["jac_g"](w, p)
    assert np.isfinite(wanted).all()
    assert np.array(rows) == pytest.approx(np.array(program.constraints(w, p)[0]), rel=1e-13, abs=1e-13)
    scale = np.abs(wanted).max(axis=1, keepdims=True)
    assert (scale > 0.0).all()
    assert np.abs(np.array(found) - wanted).max() <= 1e-11 * scale.max()
    assert (np.abs(np.array(found) - wanted) / scale).max() < 1e-10


def test_the_supplied_hessian_is_the_one_of_the_lagrangian(made, point):
    program = made[-1]
    w, lam, p = point
    x, q = program.nlp["x"], program.nlp["p"]
    lam_g, lam_f = ca.MX.sym("lam_g", len(lam)), ca.MX.sym("lam_f")
    lagrangian = lam_f * program.nlp["f"] + ca.dot(lam_g, program.nlp["g"])
    own = ca.Function("h", [x, q, lam_f, lam_g], [ca.triu(ca.hessian(lagrangian, x)[0])])
    wanted = np.array(own(w, p, 0.7, lam))
    found = np.array(program.options["hess_lag"](w, p, 0.7, lam))
    assert np.isfinite(wanted).all() and np.abs(wanted).max() > 1.0
    assert np.array_equal(np.tril(found, -1), np.zeros_like(found))
    # entry by entry, against what the rounding of its row and column allows
    full = np.abs(wanted) + np.abs(wanted).T
    size = np.sqrt(np.outer(full.max(axis=1), full.max(axis=0))) + 1e-12
    assert (np.abs(found - wanted) / size).max() < 1e-10


def test_every_variable_has_one_place(made):
    layout = made[-1].layout
    places = np.concatenate([*layout.x0, *(z.ravel() for z in layout.z)])
    places = np.concatenate([places, [d for d in layout.duration if d >= 0]])
    places = np.concatenate([places, [layout.payload, layout.virtual, layout.anomaly]])
    assert sorted(places.astype(int)) == list(range(layout.size))


def test_every_row_has_one_place_and_a_name_where_phases_join(made):
    program = made[-1]
    inside = np.concatenate([rows.ravel() for rows in program.point_rows])
    assert sorted(inside) == list(range(program.glue_start))
    assert program.glue_start + len(program.glue_names) == len(program.lower_g)
    assert len(set(program.glue_names)) == len(program.glue_names)


def test_limits_are_one_sided_and_all_else_is_equal(made):
    program = made[-1]
    bounded = np.isneginf(program.lower_g)
    assert (program.upper_g == 0.0).all()
    assert (program.lower_g[~bounded] == 0.0).all()
    for rows, keys in zip(program.point_rows, program.rows, strict=True):
        assert bounded[rows[:, rows.shape[1] - len(keys) :]].all()
        assert not bounded[rows[:, : rows.shape[1] - len(keys)]].any()


def test_free_throttle_and_durations_are_bounded_as_their_files_say(made):
    _, timeline, _, _, program = made
    for k, phase in enumerate(timeline.phases[: timeline.insertion + 1]):
        if phase.is_throttled:
            throttle = program.layout.z[k][:, -1]
            assert (program.lower_x[throttle] == 0.5).all() and (program.upper_x[throttle] == 1.0).all()
        assert (program.layout.duration[k] >= 0) == (not phase.is_fixed)
    assert program.lower_x[program.layout.virtual] == 0.0


def test_every_parameter_is_given_a_number(made):
    _, _, parameters, p, _ = made
    assert p.shape == (parameters.size,)
    assert np.isfinite(p).all()


def test_repacking_the_same_question_changes_no_number(made):
    problem, timeline, parameters, p, _ = made
    assert np.array_equal(repacked(parameters, p, timeline, problem.question), p)
