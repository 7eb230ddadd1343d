"""Events on the dense output, against moments known in closed form: all to 1e-6 s."""

import math

import numpy as np
import pytest

from cosmodrome.flight.attitude import polynomial, vertical
from cosmodrome.flight.events import Trace, crossings, extreme, trace
from cosmodrome.flight.integrate import integrate
from cosmodrome.flight.observe import COLUMN, observe_steps
from cosmodrome.flight.packing import pack
from cosmodrome.physics.aerodynamics import NO_AERO
from cosmodrome.physics.atmosphere import air
from cosmodrome.physics.motion import Environment, Leg
from cosmodrome.physics.wind import make_wind
from tests.flight.worlds import (
    COASTING,
    RADIUS_M,
    ball,
    eccentric_orbit,
    engine,
    exponential,
    launch,
    state,
    vacuum,
)

TO_S = 1e-6
EXCURSION_S = 0.05
LONGEST_STEP_S = 10.0


def _traced(
    leg: Leg, law: object, world: Environment, y0: np.ndarray, t1: float, spacing_s: float = 1.0
) -> Trace:
    arc = integrate(leg, law, world, y0, 0.0, t1)  # type: ignore[arg-type]
    return trace(arc, (pack(leg), pack(law), pack(world)), 0.0, spacing_s)  # type: ignore[arg-type]


def _orbit(spacing_s: float = 1.0) -> tuple[Trace, float]:
    earth = ball()
    y0, period = eccentric_orbit(earth)
    return _traced(COASTING, vertical(), vacuum(earth), y0, period, spacing_s), period


def _time_from_perigee(radius_m: float, period: float) -> float:
    """Kepler's equation: r = a (1 - e cos E), t = (E - e sin E) P / 2 pi, on the way up."""
    a, e = (RADIUS_M + 200e3) / 0.9, 0.1
    anomaly = math.acos((1.0 - radius_m / a) / e)
    return (anomaly - e * math.sin(anomaly)) * period / (2.0 * math.pi)


def test_a_fall_from_rest_meets_the_ground_when_kepler_says() -> None:
    r0 = RADIUS_M + 300e3
    world = vacuum(ball())
    x = RADIUS_M / r0
    expected = math.sqrt(r0**3 / (2.0 * world.earth.mu)) * (
        math.acos(math.sqrt(x)) + math.sqrt(x * (1.0 - x))
    )
    traced = _traced(COASTING, vertical(), world, state((r0, 0.0, 0.0), (0.0, 0.0, 0.0)), 400.0)
    ((_, _, t),) = crossings(traced, "altitude_m", 0.0)
    assert t == pytest.approx(expected, abs=TO_S)


def test_apogee_is_half_a_period_after_perigee() -> None:
    traced, period = _orbit()
    ((_, _, t),) = crossings(traced, "radial_speed_m2_s", 0.0, -1)
    assert t == pytest.approx(0.5 * period, abs=TO_S)
    altitude, _, _, t = extreme(traced, "altitude_m")
    assert t == pytest.approx(0.5 * period, abs=TO_S)
    assert altitude == pytest.approx((RADIUS_M + 200e3) / 0.9 * 1.1 - RADIUS_M, abs=1e-3)


def test_a_level_is_crossed_on_the_way_up_and_on_the_way_down() -> None:
    traced, period = _orbit()
    level = 900e3
    up = _time_from_perigee(RADIUS_M + level, period)
    found = [t for _, _, t in crossings(traced, "altitude_m", level)]
    assert found == pytest.approx([up, period - up], abs=TO_S)
    assert [t for *_, t in crossings(traced, "altitude_m", level, 1)] == found[:1]
    assert [t for *_, t in crossings(traced, "altitude_m", level, -1)] == found[1:]


def test_two_crossings_between_two_samples_are_both_found() -> None:
    # samples lie 9 s apart there or more; the orbit is above this level for 6 s about its apogee
    traced, period = _orbit(spacing_s=1e9)
    assert np.diff(traced.t_s)[np.abs(traced.t_s[1:] - 0.5 * period) < 100.0].max() > 9.0
    a = (RADIUS_M + 200e3) / 0.9
    mean = math.pi - 3.0 * 2.0 * math.pi / period
    anomaly = mean
    for _ in range(60):  # Newton would do it in four; the fixed point contracts by e each time
        anomaly = mean + 0.1 * math.sin(anomaly)
    level = a * (1.0 - 0.1 * math.cos(anomaly)) - RADIUS_M
    found = [t for _, _, t in crossings(traced, "altitude_m", level)]
    # the level is passed at 2 m/s, and half an orbit is integrated to a tenth of a millimetre
    assert found == pytest.approx([0.5 * period - 3.0, 0.5 * period + 3.0], abs=1e-4)
    assert crossings(traced, "altitude_m", level + 100.0) == []


def _sled() -> tuple[Trace, float, float]:
    """Straight up at 20 m/s^2 without gravity, in isothermal air; with its scale height and speed of sound."""
    world = exponential(ball(mu=0.0))
    leg = Leg(engine(20e3, 0.0), NO_AERO)
    law = polynomial([0.0, 100.0], [[(1.0, 0.0, 0.0, 1.0)]])
    traced = _traced(leg, law, world, state((RADIUS_M, 0.0, 0.0), (0.0, 0.0, 0.0), 1000.0), 60.0)
    return traced, 7200.0, air(0.0, world.atmosphere).sound_speed


def test_mach_one_is_met_when_the_speed_is_that_of_sound() -> None:
    traced, _, sound = _sled()
    ((_, _, t),) = crossings(traced, "mach", 1.0, 1)
    assert t == pytest.approx(sound / 20.0, abs=TO_S)


def test_max_q_is_where_density_falls_as_fast_as_speed_squared_grows() -> None:
    # q ~ t^2 exp(-a t^2 / 2 H) has its maximum at t^2 = 2 H / a
    traced, scale_height, _ = _sled()
    q, _, _, t = extreme(traced, "dynamic_pressure_pa")
    assert t == pytest.approx(math.sqrt(2.0 * scale_height / 20.0), abs=TO_S)
    assert q == pytest.approx(0.5 * 1.225 * math.exp(-1.0) * 2.0 * scale_height * 20.0, rel=1e-9)


def test_a_jump_is_seen_on_both_sides_and_at_its_time() -> None:
    world = vacuum(ball(mu=0.0))
    leg = Leg(engine(20e3, 0.0), NO_AERO)
    law = polynomial([0.0, 33.3, 60.0], [[(1.0, 0.0, 0.0, 1.0)], [(0.0, 1.0, 0.0, 1.0)]])
    traced = _traced(leg, law, world, state((RADIUS_M, 0.0, 0.0), (0.0, 0.0, 0.0)), 60.0)
    assert [t for *_, t in crossings(traced, "u_eci_y", 0.5)] == [33.3]
    assert set(traced.column("u_eci_y")[traced.t_s == 33.3]) == {0.0, 1.0}


@pytest.mark.parametrize("knot_m", [1000.0, 250.0])
@pytest.mark.parametrize(
    "quantity", ["mach", "dynamic_pressure_pa", "q_alpha_pa_rad", "heat_flux_w_m2", "axial_acceleration_m_s2"]
)
def test_no_excursion_of_a_load_is_missed_in_gusts_and_steps_of_ten_seconds(
    quantity: str, knot_m: float
) -> None:
    """Up through a wind that turns at every knot, in steps that no tolerance shortens: what lasts for 50 ms on the
    dense output, looked at every 10 ms, is found; and nothing is found that it does not show."""
    rng = np.random.default_rng(21)
    flown = launch()
    heights = np.arange(0.0, 80e3, knot_m)
    gusts = make_wind(heights, *rng.uniform(-40.0, 40.0, (2, heights.size)))
    world, first = flown.environment._replace(wind=gusts), flown.steps[0]
    y0 = state(flown.r_eci_m, flown.v_eci_m_s, flown.masses.initial_kg)
    step = {"first_step": LONGEST_STEP_S, "max_step": LONGEST_STEP_S}
    arc = integrate(first.phase.leg, first.attitude, world, y0, 0.0, 140.0, rtol=1e30, **step)
    vectors = (pack(first.phase.leg), pack(first.attitude), pack(world))
    steps = np.repeat(np.arange(arc.t_s.size - 1), 1001)
    thetas = np.tile(np.linspace(0.0, 1.0, 1001), arc.t_s.size - 1)
    t, _, q = observe_steps(steps, thetas, *vectors, 0.0, arc)
    seen = q[:, COLUMN[quantity]]
    traced = trace(arc, vectors, 0.0)
    turns = np.flatnonzero((seen[1:-1] - seen[:-2]) * (seen[2:] - seen[1:-1]) < 0.0) + 1
    assert turns.size >= 2
    for i in rng.choice(turns, 25):
        # a level that lies beyond the samples about a turn for 50 to 500 ms
        level = 0.5 * float(seen[i] + seen[min(i + int(rng.integers(3, 25)), seen.size - 1)])
        found = [moment for *_, moment in crossings(traced, quantity, level)]
        passed = np.flatnonzero((seen[:-1] < level) != (seen[1:] < level))
        apart = np.diff(t[passed], prepend=-1.0, append=1e3)
        lasting = passed[(apart[:-1] >= EXCURSION_S) & (apart[1:] >= EXCURSION_S)]
        for k in lasting:
            assert any(t[k] - TO_S <= moment <= t[k + 1] + TO_S for moment in found), (level, t[k])
        for moment in found:
            assert np.abs(t[passed] - moment).min() < 0.02 or _is_brief(traced, quantity, level, moment)


def _is_brief(traced: Trace, quantity: str, level: float, t_s: float) -> bool:
    """Whether a level is passed at a time indeed, if for less than two of the samples that the test looks at."""
    step, theta = traced.place_of(t_s)
    near = traced.along(step, theta + np.array([-1e-7, 1e-7]), quantity) - level
    return bool(near[0] * near[1] <= 0.0)


@pytest.mark.parametrize("before_s", [1e-3, 4e-3, 0.1, 2.0, 15.0])
def test_max_q_just_after_a_switch_is_where_the_closed_form_says(before_s: float) -> None:
    """An arc of the sled that begins so long before its largest dynamic pressure."""
    world = exponential(ball(mu=0.0))
    leg = Leg(engine(20e3, 0.0), NO_AERO)
    law = polynomial([0.0, 100.0], [[(1.0, 0.0, 0.0, 1.0)]])
    expected = math.sqrt(2.0 * 7200.0 / 20.0)
    start = expected - before_s
    y0 = state((RADIUS_M + 10.0 * start**2, 0.0, 0.0), (20.0 * start, 0.0, 0.0), 1000.0)
    arc = integrate(leg, law, world, y0, start, start + 20.0)
    traced = trace(arc, (pack(leg), pack(law), pack(world)), start)
    assert extreme(traced, "dynamic_pressure_pa")[3] == pytest.approx(expected, abs=TO_S)
