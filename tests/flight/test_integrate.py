"""The reference integrator: order, conservation, switches, dense output, refusal of nonsense."""

import math

import numpy as np
import pytest

from cosmodrome.flight.attitude import polynomial, vertical
from cosmodrome.flight.integrate import (
    DONE,
    GROUND,
    NOT_FINITE,
    integrate,
    states_at,
)
from cosmodrome.physics.aerodynamics import NO_AERO
from cosmodrome.physics.gravity import potential
from cosmodrome.physics.motion import Leg
from cosmodrome.physics.propulsion import Propulsion
from tests.flight.worlds import (
    COASTING,
    LAUNCHER_AERO,
    RADIUS_M,
    ball,
    eccentric_orbit,
    ellipsoid,
    engine,
    launch,
    real,
    state,
    vacuum,
)

EAST = (0.0, 1.0, 0.0, 1.0)


def _fixed_step_error(h_s: float) -> float:
    """Position error (m) after one orbit in steps of h, which a tolerance that nothing exceeds leaves as they are.

    A Kepler orbit comes back to where it started.
    """
    earth = ball()
    y0, period = eccentric_orbit(earth)
    arc = integrate(
        COASTING, vertical(), vacuum(earth), y0, 0.0, period, rtol=1e30, first_step=h_s, max_step=h_s
    )
    assert arc.status == DONE
    return math.dist(arc.y[-1, :3], y0[:3])


def test_halving_the_step_divides_the_error_by_two_to_the_eighth() -> None:
    period = eccentric_orbit(ball())[1]
    coarse, fine = _fixed_step_error(period / 40), _fixed_step_error(period / 80)
    assert math.log2(coarse / fine) == pytest.approx(8.0, abs=0.2)


def test_a_point_mass_orbit_keeps_energy_and_angular_momentum() -> None:
    earth = ball()
    y0, period = eccentric_orbit(earth)
    y = integrate(COASTING, vertical(), vacuum(earth), y0, 0.0, period).y
    speed_2 = (y[:, 3:6] ** 2).sum(axis=1)
    energy = 0.5 * speed_2 - earth.mu / np.linalg.norm(y[:, :3], axis=1)
    momentum = np.cross(y[:, :3], y[:, 3:6])
    assert np.abs(energy / energy[0] - 1.0).max() < 1e-12
    assert np.abs(momentum - momentum[0]).max() < 1e-12 * np.linalg.norm(momentum[0])


@pytest.mark.parametrize("degree", [2, 6])
def test_zonal_gravity_keeps_energy_and_the_polar_angular_momentum(degree: int) -> None:
    earth = ellipsoid(degree)
    y0, period = eccentric_orbit(earth)
    y = integrate(COASTING, vertical(), vacuum(earth), y0, 0.0, period).y
    energy = [0.5 * float(s[3:6] @ s[3:6]) - potential(tuple(s[:3]), earth) for s in y]
    momentum_z = y[:, 0] * y[:, 4] - y[:, 1] * y[:, 3]
    assert np.abs(np.array(energy) / energy[0] - 1.0).max() < 1e-12
    assert np.abs(momentum_z / momentum_z[0] - 1.0).max() < 1e-12


def test_a_coast_in_two_parts_is_the_coast_in_one() -> None:
    world = vacuum(ellipsoid(6))
    y0, period = eccentric_orbit(world.earth)
    whole = integrate(COASTING, vertical(), world, y0, 0.0, period).y[-1]
    middle = integrate(COASTING, vertical(), world, y0, 0.0, 0.37 * period).y[-1]
    parts = integrate(COASTING, vertical(), world, middle, 0.37 * period, period).y[-1]
    assert math.dist(whole[:3], parts[:3]) < 1e-9 * math.hypot(*whole[:3])
    assert math.dist(whole[3:6], parts[3:6]) < 1e-9 * math.hypot(*whole[3:6])


def test_thrust_without_gravity_gains_what_the_rocket_equation_says() -> None:
    world = vacuum(ball(mu=0.0))
    leg = Leg(engine(30e3, 10.0), NO_AERO)
    law = polynomial([0.0, 100.0], [[EAST]])
    y0 = state((RADIUS_M, 0.0, 0.0), (0.0, 100.0, 0.0), 2000.0)
    y = integrate(leg, law, world, y0, 0.0, 73.0).y[-1]
    assert y[6] == pytest.approx(2000.0 - 730.0, rel=1e-14)
    # the mass is linear in time and so exact; the gain is as good as a hundred steps of tolerance 1e-13
    assert y[4] - 100.0 == pytest.approx(3000.0 * math.log(2000.0 / 1270.0), rel=1e-11)
    # all of it along the motion: the ideal gain and no loss
    assert y[7] == pytest.approx(y[4] - 100.0, rel=1e-12)
    # (the speed is floored at 1 mm/s under its root, which tilts a cosine by 5e-11)
    assert np.abs(y[8:]).max() < 1e-8


def test_a_tail_off_delivers_the_impulse_and_burns_the_propellant_of_its_triangle() -> None:
    world = vacuum(ball(mu=0.0))
    length = 2.5
    falling = Propulsion(40e3, 12.0, 0.0, -40e3 / length, -12.0 / length, 0.0, 0.0)
    law = polynomial([100.0, 110.0], [[EAST]])
    y0 = state((RADIUS_M, 0.0, 0.0), (0.0, 0.0, 0.0), 1e9)  # so heavy that force over mass is the impulse
    y = integrate(Leg(falling, NO_AERO), law, world, y0, 101.0, 101.0 + length).y[-1]
    assert 1e9 * y[4] == pytest.approx(0.5 * 40e3 * length, rel=1e-7)
    assert 1e9 - y[6] == pytest.approx(0.5 * 12.0 * length, rel=1e-6)


def test_the_control_may_jump_at_an_edge_without_a_trace_in_the_integration() -> None:
    # one law with a jump, against the two halves flown apart, each with a law that knows of no jump
    world = real()
    leg = Leg(engine(2e6, 600.0, 1.0), LAUNCHER_AERO)
    u, w = (0.8, 0.6, 0.0, 1.0), (0.6, -0.8, 0.0, 1.0)
    y0 = state((RADIUS_M + 20e3, 0.0, 0.0), (500.0, 900.0, 0.0), 100e3)
    both = integrate(leg, polynomial([0.0, 17.3, 40.0], [[u], [w]]), world, y0, 0.0, 40.0)
    first = integrate(leg, polynomial([0.0, 40.0], [[u]]), world, y0, 0.0, 17.3)
    second = integrate(leg, polynomial([0.0, 40.0], [[w]]), world, first.y[-1], 17.3, 40.0)
    at_the_jump = int(np.searchsorted(both.t_s, 17.3))
    assert both.t_s[at_the_jump] == 17.3
    assert np.array_equal(both.y[at_the_jump], first.y[-1])
    # the first step of the second half differs, hence not the same bits
    assert np.abs(both.y[-1] - second.y[-1]).max() < 1e-5


def test_every_break_is_the_end_of_a_step_and_sets_no_other_course() -> None:
    world = vacuum(ellipsoid())
    y0, _ = eccentric_orbit(world.earth)
    breaks = np.array([1.0, 1.0 + 1e-7, 300.0, 299.0 + math.pi])
    arc = integrate(COASTING, vertical(), world, y0, 0.0, 1000.0, breaks=breaks)
    assert np.isin(breaks, arc.t_s).all()
    plain = integrate(COASTING, vertical(), world, y0, 0.0, 1000.0)
    assert math.dist(arc.y[-1, :3], plain.y[-1, :3]) < 1e-4
    assert arc.t_s[-1] == plain.t_s[-1] == 1000.0


def test_switches_of_any_length_are_landed_on_to_the_bit() -> None:
    """Two hundred in an hour, from a microsecond to minutes apart; on the way under thrust and air no less."""
    rng = np.random.default_rng(11)
    lengths = 10.0 ** rng.uniform(-6.0, 2.3, 200)
    breaks = np.cumsum(lengths)
    y0, _ = eccentric_orbit(ellipsoid())
    arc = integrate(COASTING, vertical(), vacuum(ellipsoid()), y0, 0.0, breaks[-1], breaks=breaks)
    assert arc.status == DONE
    assert np.isin(breaks, arc.t_s).all()
    leg = Leg(engine(2e6, 600.0, 1.0), LAUNCHER_AERO)
    low = breaks[breaks < 100.0]
    climb = integrate(
        leg, vertical(), real(), state((RADIUS_M, 0.0, 0.0), (0.0, 400.0, 0.0), 100e3), 0.0, 100.0, breaks=low
    )
    assert climb.status == DONE
    assert np.isin(low, climb.t_s).all()


def test_pulses_of_any_length_deliver_their_impulse_and_burn_their_propellant() -> None:
    """A throttle that opens and closes at the edges of its law, for 10 us to 10 s: no pulse is stepped over."""
    rng = np.random.default_rng(12)
    lengths = 10.0 ** rng.uniform(-5.0, 1.0, 120)
    edges = np.concatenate([[0.0], np.cumsum(lengths)])
    throttles = np.where(np.arange(lengths.size) % 2 == 0, rng.uniform(0.3, 1.0, lengths.size), 0.0)
    law = polynomial(edges, [[(0.0, 1.0, 0.0, k)] for k in throttles])
    leg = Leg(Propulsion(0.0, 0.0, 0.0, 0.0, 0.0, 30e3, 10.0), NO_AERO)
    y0 = state((RADIUS_M, 0.0, 0.0), (0.0, 0.0, 0.0), 5000.0)
    y = integrate(leg, law, vacuum(ball(mu=0.0)), y0, 0.0, float(edges[-1])).y[-1]
    burnt = 10.0 * math.fsum(throttles * lengths)
    # a mass of tons adds up to 1e-12 of itself in as many steps
    assert 5000.0 - y[6] == pytest.approx(burnt, rel=1e-9)
    assert y[4] == pytest.approx(3000.0 * math.log(5000.0 / (5000.0 - burnt)), rel=1e-9)
    assert y[7] == pytest.approx(y[4], rel=1e-9)


def test_a_throttle_that_falls_evenly_delivers_the_impulse_of_its_trapezium() -> None:
    world, length = vacuum(ball(mu=0.0)), 80.0
    leg = Leg(Propulsion(0.0, 0.0, 0.0, 0.0, 0.0, 30e3, 10.0), NO_AERO)
    law = polynomial([0.0, length], [[EAST, (0.0, 0.0, 0.0, -0.4)]])
    y0 = state((RADIUS_M, 0.0, 0.0), (0.0, 0.0, 0.0), 2000.0)
    y = integrate(leg, law, world, y0, 0.0, length).y[-1]
    burnt = 10.0 * length * 0.8
    assert y[6] == pytest.approx(2000.0 - burnt, rel=1e-12)
    assert y[4] == pytest.approx(3000.0 * math.log(2000.0 / (2000.0 - burnt)), rel=1e-9)


def test_a_governed_engine_burns_what_an_even_acceleration_takes() -> None:
    """From the moment at which the load reaches what the governor holds, mass falls as exp(-a t / c)."""
    held, exhaust, full, mass = 20.0, 3000.0, 30e3, 2000.0
    leg = Leg(Propulsion(0.0, 0.0, 0.0, 0.0, 0.0, full, full / exhaust, 0.1, held), NO_AERO)
    law = polynomial([0.0, 200.0], [[EAST]])
    y0 = state((RADIUS_M, 0.0, 0.0), (0.0, 0.0, 0.0), mass)
    begins = (mass - full / held) / (full / exhaust)
    y = integrate(leg, law, vacuum(ball(mu=0.0)), y0, 0.0, 120.0, breaks=np.array([begins])).y[-1]
    expected = full / held * math.exp(-held * (120.0 - begins) / exhaust)
    assert y[6] == pytest.approx(expected, rel=1e-9)
    assert y[4] == pytest.approx(exhaust * math.log(mass / expected), rel=1e-9)
    # where nobody tells when it begins, steps are refused until they find the kink
    y = integrate(leg, law, vacuum(ball(mu=0.0)), y0, 0.0, 120.0).y[-1]
    assert y[6] == pytest.approx(expected, rel=1e-9)


def test_a_tighter_tolerance_brings_a_climb_through_real_air_nearer() -> None:
    """Layers of air and rows of tables take the order of a step, so the error is not proportional; but it falls."""
    flown = launch()
    first, y0 = flown.steps[0], state(flown.r_eci_m, flown.v_eci_m_s, flown.masses.initial_kg)

    def end(rtol: float) -> np.ndarray:
        return integrate(first.phase.leg, first.attitude, flown.environment, y0, 0.0, 140.0, rtol=rtol).y[-1]

    near = end(1e-14)
    errors = [math.dist(end(rtol)[:3], near[:3]) for rtol in (1e-7, 1e-9, 1e-11)]
    # 140 s at up to 2 km/s: what a plan is proved by is a millimetre, a hundred thousandth of the gap that it may have
    assert errors[0] > errors[2]
    assert max(errors) < 1.0
    assert errors[2] < 1e-3


def test_the_dense_output_is_where_a_flight_that_stops_there_ends() -> None:
    world = real()
    leg = Leg(engine(2e6, 600.0, 1.0), LAUNCHER_AERO)
    y0 = state((RADIUS_M + 20e3, 0.0, 0.0), (500.0, 900.0, 0.0), 100e3)
    law = polynomial([0.0, 60.0], [[(0.6, 0.8, 0.0, 1.0)]])
    arc = integrate(leg, law, world, y0, 0.0, 60.0)
    for t in (0.0, 3.3, 27.1, 41.9, 60.0):
        direct = integrate(leg, law, world, y0, 0.0, t).y[-1]
        dense = states_at(np.array([t]), arc.t_s, arc.y, arc.dense)[0]
        # the dense output is of order 7 on steps that were chosen for order 8
        assert math.dist(dense[:3], direct[:3]) < 1e-3
        assert math.dist(dense[3:6], direct[3:6]) < 1e-4
        assert dense[6] == pytest.approx(direct[6], rel=1e-12)


def test_the_velocity_budget_sums_to_the_speed() -> None:
    world = real()
    leg = Leg(engine(2e6, 600.0, 1.0), LAUNCHER_AERO)
    y0 = state((RADIUS_M + 20e3, 0.0, 0.0), (500.0, 900.0, 0.0), 100e3)
    y = integrate(leg, polynomial([0.0, 90.0], [[(0.6, 0.8, 0.0, 1.0)]]), world, y0, 0.0, 90.0).y
    budget = math.hypot(500.0, 900.0) + y[:, 7] - y[:, 8:].sum(axis=1)
    assert np.abs(np.linalg.norm(y[:, 3:6], axis=1) - budget).max() < 1e-6


def test_turning_the_inertial_axes_turns_the_flight() -> None:
    world = real()
    leg = Leg(engine(2e6, 600.0, 1.0), LAUNCHER_AERO)
    angle = math.radians(77.0)
    turn = np.array(
        [[math.cos(angle), -math.sin(angle), 0.0], [math.sin(angle), math.cos(angle), 0.0], [0, 0, 1.0]]
    )
    r, v = np.array([RADIUS_M + 20e3, 1e5, 2e5]), np.array([500.0, 900.0, 50.0])
    plain = integrate(leg, vertical(), world, state(tuple(r), tuple(v), 100e3), 0.0, 90.0)
    turned = integrate(leg, vertical(), world, state(tuple(turn @ r), tuple(turn @ v), 100e3), 0.0, 90.0)
    assert math.dist(turn @ plain.y[-1, :3], turned.y[-1, :3]) < 1e-9 * RADIUS_M
    assert np.abs(plain.y[-1, 6:] - turned.y[-1, 6:]).max() < 1e-6


def test_no_time_is_no_change() -> None:
    y0, _ = eccentric_orbit(ball())
    arc = integrate(COASTING, vertical(), vacuum(ball()), y0, 5.0, 5.0)
    assert arc.status == DONE
    assert arc.t_s.tolist() == [5.0]
    assert np.array_equal(arc.y, [y0])
    assert np.array_equal(states_at(np.array([5.0]), arc.t_s, arc.y, arc.dense)[0], y0)


def test_a_state_that_is_no_number_ends_the_flight_with_a_reason() -> None:
    y0, _ = eccentric_orbit(ball())
    y0[3] = np.nan
    arc = integrate(COASTING, vertical(), vacuum(ball()), y0, 0.0, 100.0)
    assert arc.status == NOT_FINITE
    assert np.isfinite(arc.y[1:]).all()


def test_a_mass_that_runs_out_ends_the_flight_and_returns_nothing_that_is_no_number() -> None:
    leg = Leg(engine(30e3, 10.0), NO_AERO)
    y0 = state((RADIUS_M, 0.0, 0.0), (0.0, 100.0, 0.0), 100.0)
    arc = integrate(leg, polynomial([0.0, 100.0], [[EAST]]), vacuum(ball(mu=0.0)), y0, 0.0, 100.0)
    assert arc.status != DONE
    assert arc.t_s[-1] <= 10.0
    assert np.isfinite(arc.y).all()


def test_the_ground_ends_an_arc_after_the_step_that_passes_it() -> None:
    world = vacuum(ball())
    y0 = state((RADIUS_M + 1000.0, 0.0, 0.0), (0.0, 10.0, 0.0))
    arc = integrate(COASTING, vertical(), world, y0, 0.0, 100.0, max_step=1.0, ground_m=0.0)
    assert arc.status == GROUND
    altitude = np.linalg.norm(arc.y[:, :3], axis=1) - RADIUS_M
    assert altitude[-1] < 0.0 < altitude[-2]
