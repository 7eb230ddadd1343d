"""Tables of any knots and values: through every point, no further than their promise, and blind to units."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline

from cosmodrome.physics.tables import make_line, make_surface, make_table, surface, table

thorough = settings(max_examples=60, deadline=None, derandomize=True)

# what a spline that leaves the range of its neighbours is allowed of the whole range, see `make_table`
OVERSHOOT = 0.02
VALUES = st.floats(-100.0, 100.0)
SHARES = st.floats(0.0, 1.0)


@st.composite
def points(draw, least=1, values=VALUES):
    """Knots (n,), ascending by 0.1 to 10, and values (n,)."""
    n = draw(st.integers(least, 9))
    steps = draw(st.lists(st.floats(0.1, 10.0), min_size=n, max_size=n))
    return np.cumsum(steps) - 20.0, np.array(draw(st.lists(values, min_size=n, max_size=n)))


def at(t, x):
    return np.array([table(float(each), t) for each in x])


def between(x, share):
    """A place of each interval."""
    return x[:-1] + share * np.diff(x)


def size(y):
    """What rounding is to be measured by: cubics of neighbours 100 times closer than others have large terms."""
    return 1e-11 * (1.0 + np.abs(y).max())


@thorough
@given(points(), st.sampled_from([make_table, make_line]))
def test_a_table_passes_through_its_points_and_keeps_its_ends(xy, make):
    x, y = xy
    t = make(x, y)
    assert at(t, x) == pytest.approx(y, abs=size(y))
    # an end is not approached but kept
    assert {*at(t, x[0] - np.array([1e-9, 3.0, 1e12]))} == {y[0]}
    assert at(t, x[-1] + np.array([1e-9, 3.0, 1e12])) == pytest.approx(y[-1], abs=size(y))


@thorough
@given(points(), SHARES)
def test_a_line_is_the_straight_one_between_neighbours(xy, share):
    x, y = xy
    where = np.append(between(x, share), [x[0] - 1.0, x[-1] + 1.0])
    assert at(make_line(x, y), where) == pytest.approx(np.interp(where, x, y), abs=size(y))


@thorough
@given(points(least=2), SHARES)
def test_between_two_points_a_table_leaves_their_range_by_no_more_than_it_promises(xy, share):
    x, y = xy
    found = at(make_table(x, y), between(x, share))
    # the promise is kept at 33 places of an interval: between them a cubic gains less than a thousandth
    room = (OVERSHOOT + 1e-3) * np.ptp(y) + size(y)
    assert (found >= np.minimum(y[:-1], y[1:]) - room).all()
    assert (found <= np.maximum(y[:-1], y[1:]) + room).all()


@thorough
@given(points(least=3), SHARES)
def test_a_table_is_the_natural_spline_or_stays_between_its_points(xy, share):
    """Where it is not the spline that SciPy makes of the same points, that spline broke the promise."""
    x, y = xy
    where = between(x, share)
    found, natural = at(make_table(x, y), where), CubicSpline(x, y, bc_type="natural")
    if np.allclose(found, natural(where), rtol=0.0, atol=100.0 * size(y)):
        return
    fine = np.array([between(x, s) for s in np.linspace(0.0, 1.0, 65)])
    low, high = np.minimum(y[:-1], y[1:]), np.maximum(y[:-1], y[1:])
    beyond = np.maximum(natural(fine) - high, low - natural(fine)).max()
    assert beyond > (OVERSHOOT - 1e-3) * np.ptp(y)
    assert (found >= low - size(y)).all() and (found <= high + size(y)).all()


@thorough
@given(points(least=2), st.sampled_from([make_table, make_line]))
def test_a_table_is_continuous(xy, make):
    x, y = xy
    t = make(x, y)
    steepest = max(np.abs(t.cubics[:, 1]).max(), np.abs(np.diff(y) / np.diff(x)).max())
    for side in (-1e-9, 1e-9):
        assert at(t, x + side) == pytest.approx(y, abs=size(y) + 1e-8 * steepest)


@thorough
@given(points(least=2), VALUES, VALUES, SHARES, st.sampled_from([make_table, make_line]))
def test_a_line_is_kept_by_every_kind_of_table(xy, slope, offset, share, make):
    x, _ = xy
    where = between(x, share)
    found = at(make(x, slope * x + offset), where)
    assert found == pytest.approx(slope * where + offset, abs=size(slope * x + offset))


@thorough
@given(
    points(least=2),
    SHARES,
    st.integers(-30, 30),
    st.integers(-30, 30),
    st.sampled_from([make_table, make_line]),
)
def test_a_table_does_not_know_its_units(xy, share, of_x, of_y, make):
    x, y = xy
    where = between(x, share)
    kx, ky = 2.0**of_x, 2.0**of_y
    there = at(make(kx * x, ky * y), kx * where) / ky
    assert there == pytest.approx(at(make(x, y), where), abs=size(y)) or _is_at_the_edge_of_its_promise(x, y)


@thorough
@given(points(least=2), SHARES, st.sampled_from([make_table, make_line]))
def test_a_table_read_from_the_other_end_is_the_same_curve(xy, share, make):
    x, y = xy
    where = between(x, share)
    there = at(make(-x[::-1], y[::-1]), -where)
    here = at(make(x, y), where)
    assert there == pytest.approx(here, abs=size(y)) or _is_at_the_edge_of_its_promise(x, y)


def _is_at_the_edge_of_its_promise(x, y):
    """Whether rounding decides which of its two curves a table is."""
    natural = CubicSpline(x, y, bc_type="natural")
    fine = np.array([between(x, s) for s in np.linspace(0.0, 1.0, 33)])
    low, high = np.minimum(y[:-1], y[1:]), np.maximum(y[:-1], y[1:])
    beyond = np.maximum(natural(fine) - high, low - natural(fine)).max()
    return beyond == pytest.approx(OVERSHOOT * np.ptp(y), rel=1e-9)


@thorough
@given(points(least=3, values=st.floats(0.0, 10.0)), SHARES)
def test_where_a_spline_would_overshoot_what_rises_goes_on_rising(xy, share):
    """Steps of one between flat stretches: the monotone curve."""
    x, y = xy
    steps = np.cumsum((y > 7.0) * 1.0)
    where = np.sort(np.concatenate([between(x, share), x, between(x, 0.5)]))
    t = make_table(x, steps)
    if (t.cubics[0, 1] == (steps[1] - steps[0]) / (x[1] - x[0])) and np.ptp(steps) > 0.0:
        assert (np.diff(at(t, where)) >= -1e-14).all()


@st.composite
def grids(draw):
    """Knots (n,) and (k,), values (n, k)."""
    (x, _), (y, _) = draw(points()), draw(points())
    rows = st.lists(VALUES, min_size=y.size, max_size=y.size)
    return x, y, np.array(draw(st.lists(rows, min_size=x.size, max_size=x.size)))


@thorough
@given(grids())
def test_a_surface_passes_through_its_points(grid):
    x, y, f = grid
    s = make_surface(x, y, f)
    found = [[surface(float(a), float(b), s) for b in y] for a in x]
    assert np.array(found) == pytest.approx(f, abs=size(f))


@thorough
@given(grids(), VALUES, st.floats(-30.0, 80.0), st.floats(-30.0, 80.0))
def test_a_level_surface_is_level_everywhere_and_beyond(grid, level, a, b):
    """The weights of the knots add up to one, at any place."""
    x, y, f = grid
    assert surface(a, b, make_surface(x, y, np.full_like(f, level))) == pytest.approx(level, abs=1e-10)


@thorough
@given(points(), grids(), SHARES, st.floats(-30.0, 80.0))
def test_a_surface_that_knows_one_variable_is_a_table(xy, grid, share, b):
    x, values = xy
    y = grid[1]
    s = make_surface(x, y, np.repeat(values[:, None], y.size, axis=1))
    t = make_table(x, values)
    for a in between(x, share) if x.size > 1 else x:
        assert surface(float(a), b, s) == pytest.approx(table(float(a), t), abs=10.0 * size(values))
