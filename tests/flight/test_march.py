"""Cheap flights: order of the method, agreement with the reference, what they record."""

import math

import numpy as np
import pytest

from cosmodrome.flight.attitude import polynomial, vertical
from cosmodrome.flight.integrate import integrate
from cosmodrome.flight.march import RECORD, march, march_programme
from cosmodrome.flight.packing import pack, stack
from cosmodrome.flight.propagate import fly
from tests.flight.worlds import COASTING, ball, eccentric_orbit, launch, vacuum


def test_halving_the_step_divides_the_error_by_two_to_the_fourth() -> None:
    world = vacuum(ball())
    y0, period = eccentric_orbit(world.earth)
    vectors = (pack(COASTING), pack(vertical()), pack(world))

    def error(steps: int) -> float:
        y, _ = march(*vectors, y0[:7], 0.0, period, period / steps)
        return math.dist(y[:3], y0[:3])

    assert math.log2(error(1000) / error(2000)) == pytest.approx(4.0, abs=0.2)


def test_a_marched_phase_follows_the_reference_over_a_jump_of_its_control() -> None:
    # the edge at 6.7 s is no multiple of the step; passing over it would cost the jump times a part of the step
    flown = launch()
    step = flown.steps[0]
    law = polynomial([0.0, 6.7, 15.0], [[(1.0, 0.2, 0.5, 1.0)], [(0.5, 0.8, 0.5, 1.0)]])
    y0 = np.array([*flown.r_eci_m, *flown.v_eci_m_s, flown.masses.initial_kg, 0.0, 0.0, 0.0, 0.0, 0.0])
    reference = integrate(step.phase.leg, law, flown.environment, y0, 0.0, 15.0).y[-1]
    y, _ = march(pack(step.phase.leg), pack(law), pack(flown.environment), y0[:7], 0.0, 15.0, 1.0)
    assert math.dist(y[:3], reference[:3]) < 1e-3
    assert y[6] == pytest.approx(reference[6], rel=1e-14)


def test_a_marched_programme_ends_its_phases_where_the_flight_does() -> None:
    flown = launch()
    flight = fly(flown)
    legs = stack([pack(step.phase.leg) for step in flown.steps])
    laws = stack([pack(step.attitude) for step in flown.steps])
    durations = np.array([step.duration_s for step in flown.steps])
    dropped = np.array([sum(d.mass_kg for d in flight.dropped if d.t_s == t) for t in flown.times_s[1:]])
    y0 = np.array([*flown.r_eci_m, *flown.v_eci_m_s, flown.masses.initial_kg])
    ends, records = march_programme(*legs, *laws, pack(flown.environment), y0, 0.0, durations, dropped, 1.0)
    assert np.linalg.norm(ends[:, :3] - flight.phase_ends[:, :3], axis=1).max() < 2.0
    assert np.linalg.norm(ends[:, 3:6] - flight.phase_ends[:, 3:6], axis=1).max() < 0.02
    assert np.abs(ends[:, 6] / flight.phase_ends[:, 6] - 1.0).max() < 1e-9
    record = dict(zip(RECORD, records.T, strict=True))
    peaks = flight.peaks()
    # seen at whole steps only: up to a per cent below the dense peak, never above it
    for name, limit in (
        ("max_q_pa", "max_dynamic_pressure_pa"),
        ("max_axial_m_s2", "max_axial_acceleration_m_s2"),
    ):
        assert 0.99 * peaks[limit].value < record[name].max() < 1.0005 * peaks[limit].value
    assert record["min_altitude_m"][0] == pytest.approx(10.0, abs=1e-6)
    assert record["last_heat_flux_w_m2"][3] == pytest.approx(
        flight.segments[3].trace.column("heat_flux_w_m2")[-1], rel=1e-3
    )


def test_one_law_may_serve_all_phases() -> None:
    flown = launch()
    legs = stack([pack(flown.steps[0].phase.leg)] * 2)
    one, two = stack([pack(flown.steps[0].attitude)]), stack([pack(flown.steps[0].attitude)] * 2)
    y0 = np.array([*flown.r_eci_m, *flown.v_eci_m_s, flown.masses.initial_kg])
    rest = (pack(flown.environment), y0, 0.0, np.array([20.0, 30.0]), np.zeros(2), 1.0)
    assert np.array_equal(march_programme(*legs, *one, *rest)[0], march_programme(*legs, *two, *rest)[0])
