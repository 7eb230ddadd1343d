"""Events of motions of which every crossing is known: Kepler orbits, sinusoids, polynomials with given roots.

A polynomial is flown as the throttle of a law, in steps of 10 s: any function of time can be looked at in that way
without an error of integration.
"""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

from cosmodrome.flight.attitude import Attitude, polynomial, vertical
from cosmodrome.flight.events import Trace, crossings, extreme, trace
from cosmodrome.flight.integrate import DONE, integrate
from cosmodrome.flight.packing import pack
from tests.flight.worlds import COASTING, RADIUS_M, ball, state, vacuum

thorough = settings(max_examples=40, deadline=None, derandomize=True)

TO_S = 1e-6
LONGEST_STEP_S = 10.0
WORLD = vacuum(ball())
LENGTH_S = 60.0
UP = vertical()


def traced(y0: np.ndarray, duration_s: float, law: Attitude = UP, longest_step_s: float = np.inf) -> Trace:
    """The trace of a coast."""
    arc = integrate(COASTING, law, WORLD, y0, 0.0, duration_s, rtol=1e-13, max_step=longest_step_s)
    assert arc.status == DONE
    return trace(arc, (pack(COASTING), pack(law), pack(WORLD)), 0.0)


# --- Kepler orbits --------------------------------------------------------------------------------------


@st.composite
def passages(draw):
    """(e, perigee distance, eccentric anomaly at the start, that at which a level is crossed on the way up)."""
    e = draw(st.floats(0.01, 0.8))
    return (
        e,
        RADIUS_M + draw(st.floats(150e3, 2e6)),
        draw(st.floats(0.0, 6.2)),
        draw(st.floats(0.05, math.pi - 0.05)),
    )


@thorough
@given(passages())
def test_altitudes_are_crossed_when_keplers_equation_says(passage):
    e, perigee, start, level = passage
    a = perigee / (1.0 - e)
    n = math.sqrt(WORLD.earth.mu / a**3)
    b = a * math.sqrt(1.0 - e * e)
    speed = a * n / (1.0 - e * math.cos(start))
    y0 = state(
        (a * (math.cos(start) - e), b * math.sin(start), 0.0),
        (-speed * math.sin(start), speed * b / a * math.cos(start), 0.0),
    )
    altitude = a * (1.0 - e * math.cos(level)) - RADIUS_M

    def time_of(E: float) -> float:
        """Seconds from the start to the next passage of an eccentric anomaly."""
        mean = E - e * math.sin(E) - (start - e * math.sin(start))
        return mean % (2.0 * math.pi) / n

    expected = sorted((time_of(E), way) for E, way in ((level, 1), (-level, -1)))
    period = 2.0 * math.pi / n
    # a crossing at the very start may be at the very end as well
    assume(all(1e-3 < t < period - 1e-3 for t, _ in expected))
    flown = traced(y0, period)
    found = [t for *_, t in crossings(flown, "altitude_m", altitude)]
    # what half a turn is integrated to, by the speed at which the level is passed
    rate = a * e * math.sin(level) * n / (1.0 - e * math.cos(level))
    allowed = max(TO_S, 1e-3 / rate)
    assert found == pytest.approx([t for t, _ in expected], abs=allowed)
    for way in (1, -1):
        alone = [t for *_, t in crossings(flown, "altitude_m", altitude, way)]
        assert alone == pytest.approx([t for t, w in expected if w == way], abs=allowed)


# --- sinusoids: the latitude of a circular orbit over a ball ----------------------------------------------


def _circle(altitude_m: float, inclination: float, start: float) -> tuple[np.ndarray, float]:
    """State at an argument of latitude, and the mean motion (rad/s)."""
    r = RADIUS_M + altitude_m
    n = math.sqrt(WORLD.earth.mu / r**3)
    c, s, ci, si = math.cos(start), math.sin(start), math.cos(inclination), math.sin(inclination)
    return state((r * c, r * s * ci, r * s * si), (-r * n * s, r * n * c * ci, r * n * c * si)), n


@thorough
@given(st.floats(200e3, 1e6), st.floats(0.1, 1.5), st.floats(0.05, 1.5), st.floats(0.1, 3.0))
def test_latitudes_are_crossed_when_the_sine_says(altitude_m, inclination, ahead, start):
    """sin(latitude) = sin i sin(u), u growing evenly; over two revolutions."""
    y0, n = _circle(altitude_m, inclination, start)
    level = math.asin(math.sin(inclination) * math.sin(ahead))
    duration = 4.0 * math.pi / n
    turns = np.add.outer([ahead, math.pi - ahead], 2.0 * math.pi * np.arange(3)) - start
    expected = np.sort(turns.ravel() / n)
    assume(min(np.abs(expected).min(), np.abs(expected - duration).min()) > 1e-3)
    expected = expected[(expected > 0.0) & (expected < duration)]
    found = [t for *_, t in crossings(traced(y0, duration), "latitude_rad", level)]
    # two turns are integrated to a millimetre, which takes 1e-7 s along and more where the latitude is nearly level
    allowed = max(TO_S, 1e-3 / (RADIUS_M * n * math.sin(inclination) * math.cos(ahead)))
    assert found == pytest.approx(expected, abs=allowed)


@thorough
@given(st.floats(0.05, 120.0), st.floats(0.2, 1.3), st.floats(0.1, 1.4))
def test_an_excursion_over_a_level_is_found_however_short(length_s, inclination, start):
    """About the northernmost point, for 50 ms and more, between samples that all lie below."""
    y0, n = _circle(500e3, inclination, start)
    level = math.asin(math.sin(inclination) * math.cos(0.5 * n * length_s))
    middle = (0.5 * math.pi - start) / n
    flown = traced(y0, 2.0 * math.pi / n)
    found = [t for *_, t in crossings(flown, "latitude_rad", level)]
    # a latitude is rounded to 1e-16 of itself, and falls by the square of the time
    allowed = max(TO_S, 1e-13 / (n * n * length_s * math.tan(inclination)))
    expected = [middle - 0.5 * length_s, middle + 0.5 * length_s]
    assert found == pytest.approx([t for t in expected if t > 0.0], abs=allowed)


@thorough
@given(st.floats(0.05, 120.0), st.floats(0.2, 1.3), st.floats(0.1, 1.4))
def test_a_level_that_is_missed_is_not_crossed(length_s, inclination, start):
    """By as little as an excursion of that length would pass it."""
    y0, n = _circle(500e3, inclination, start)
    level = inclination + (math.tan(inclination) * 0.125 * (n * length_s) ** 2)
    assert crossings(traced(y0, 2.0 * math.pi / n), "latitude_rad", level) == []


# --- polynomials ----------------------------------------------------------------------------------------


def _flown(f: Polynomial) -> Trace:
    """The trace of a coast whose throttle is f(t / LENGTH_S)."""
    c = np.zeros((1, f.coef.size, 4))
    c[0, 0, 0] = 1.0
    c[0, :, 3] = f.coef
    law = polynomial([0.0, LENGTH_S], c, (-1e9, 1e9))
    y0, _ = _circle(500e3, 1.0, 0.0)
    return traced(y0, LENGTH_S, law, LONGEST_STEP_S)


def _through(roots_s, scale: float) -> Polynomial:
    return scale * Polynomial.fromroots(np.array(roots_s) / LENGTH_S)


SCALES = st.sampled_from([1.0, -1.0, 1e3, -1e-3])


@st.composite
def apart(draw):
    """Times (n,) inside the coast, at least 2.5 s apart."""
    n = draw(st.integers(1, 6))
    gaps = draw(st.lists(st.floats(2.5, 9.5), min_size=n, max_size=n))
    return np.cumsum(gaps)


@thorough
@given(apart(), SCALES)
def test_every_root_of_a_polynomial_is_found_with_its_direction(roots_s, scale):
    f = _through(roots_s, scale)
    flown = _flown(f)
    assert [t for *_, t in crossings(flown, "throttle", 0.0)] == pytest.approx(roots_s, abs=TO_S)
    rises = f.deriv()(roots_s / LENGTH_S) > 0.0
    assert [t for *_, t in crossings(flown, "throttle", 0.0, 1)] == pytest.approx(roots_s[rises], abs=TO_S)
    assert [t for *_, t in crossings(flown, "throttle", 0.0, -1)] == pytest.approx(roots_s[~rises], abs=TO_S)


@thorough
@given(apart(), SCALES, st.floats(-5.0, 5.0))
def test_a_level_is_crossed_where_the_difference_from_it_is_zero(roots_s, scale, level):
    found = crossings(_flown(_through(roots_s, scale) + level), "throttle", level)
    # the sum is rounded to 1e-16 of the level, passed at a rate of 1e-8 and more
    assert [t for *_, t in found] == pytest.approx(roots_s, abs=1e-4)


@thorough
@given(
    st.floats(1.5, LENGTH_S - 1.5),
    st.floats(0.05, 2.0),
    st.floats(-200.0, 200.0),
    st.floats(5.0, 50.0),
    SCALES,
)
def test_both_ends_of_an_excursion_are_found_anywhere_in_a_step(
    middle_s, length_s, other_s, breadth_s, scale
):
    """A pair of roots, times a factor that has none."""
    pair = [middle_s - 0.5 * length_s, middle_s + 0.5 * length_s]
    bowl = Polynomial([(other_s**2 + breadth_s**2) / LENGTH_S**2, -2.0 * other_s / LENGTH_S, 1.0])
    found = [t for *_, t in crossings(_flown(_through(pair, scale) * bowl), "throttle", 0.0)]
    assert found == pytest.approx(pair, abs=TO_S)


def test_both_ends_of_an_excursion_are_found_at_the_very_end_of_an_arc():
    for middle_s in LENGTH_S - np.linspace(0.03, 0.5, 20):
        pair = [middle_s - 0.025, middle_s + 0.025]
        found = [t for *_, t in crossings(_flown(_through(pair, 1.0)), "throttle", 0.0)]
        assert found == pytest.approx(pair, abs=TO_S)


def test_both_ends_of_an_excursion_are_found_beside_another_crossing():
    for after_s in np.linspace(0.1, 2.5, 25):
        roots = [30.0, 30.05, 30.05 + after_s]
        found = [t for *_, t in crossings(_flown(_through(roots, 1.0)), "throttle", 0.0)]
        assert found == pytest.approx(roots, abs=TO_S)


def test_a_level_that_is_touched_from_above_in_a_sample_is_not_crossed():
    touching = 0
    for s in np.unique(_flown(Polynomial([1.0])).t_s) / LENGTH_S:
        flown = _flown(Polynomial([s * s, -2.0 * s, 1.0]))
        # where rounding leaves exactly nothing of it
        if flown.column("throttle").min() == 0.0:
            touching += 1
            assert crossings(flown, "throttle", 0.0) == []
    assert touching > 20


@thorough
@given(st.floats(0.0, LENGTH_S), st.floats(0.025, 1.0), SCALES)
def test_a_level_that_a_parabola_does_not_reach_is_not_crossed(middle_s, missed_s, scale):
    bowl = Polynomial([(middle_s**2 + missed_s**2) / LENGTH_S**2, -2.0 * middle_s / LENGTH_S, 1.0])
    assert crossings(_flown(scale * bowl), "throttle", 0.0) == []


@thorough
@given(st.floats(0.5, LENGTH_S - 0.5), SCALES)
def test_the_extreme_of_a_parabola_is_its_vertex(middle_s, scale):
    bowl = scale * (Polynomial([-middle_s / LENGTH_S, 1.0]) ** 2 - 0.25)
    value, _, _, t = extreme(_flown(bowl), "throttle", -1 if scale > 0.0 else 1)
    assert t == pytest.approx(middle_s, abs=TO_S)
    assert value == pytest.approx(-0.25 * scale, rel=1e-12)
