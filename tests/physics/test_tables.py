"""Tables pass through their points, are smooth, never extrapolate and do not overshoot."""

import casadi as ca
import numpy as np
import pytest
from scipy import interpolate

from cosmodrome.ascent import symbols
from cosmodrome.physics.tables import make_line, make_surface, make_table, surface, table
from tests.physics.domains import ALPHA, DRAG, LIFT, MACH

assert symbols

X = np.array([0.0, 0.4, 0.7, 1.2, 1.5, 1.7, 2.0, 2.6, 3.1, 3.5, 4.0, 4.4, 4.7, 5.1, 5.5, 6.0])
WAVE = np.sin(X)
STEP = (np.array([0.0, 1.0, 2.0, 3.0, 4.0]), np.array([0.0, 0.0, 0.0, 1.0, 1.0]))
STAIRS = (np.array([0.0, 0.5, 2.0, 2.2, 4.0, 5.0]), np.array([0.0, 1.0, 1.2, 5.0, 4.5, 9.0]))


def derivatives(t, x):
    """Value and the first three derivatives of the table at x, through CasADi."""
    symbol = ca.SX.sym("x")
    chain = [table(symbol, t)]
    for _ in range(3):
        chain.append(ca.jacobian(chain[-1], symbol))
    return np.array(ca.Function("f", [symbol], chain)(x)).ravel()


@pytest.mark.parametrize("make", [make_table, make_line])
def test_a_table_passes_through_its_points(make):
    t = make(X, WAVE)
    assert [table(float(x), t) for x in X] == pytest.approx(WAVE, abs=1e-15)


def test_a_table_is_twice_continuously_differentiable_at_its_knots():
    t = make_table(X, WAVE)
    for knot in X[1:-1]:
        below, above = derivatives(t, knot - 1e-9), derivatives(t, knot + 1e-9)
        # 1e-9 on each side of the knot moves a second derivative by 1e-9 times the third, which is about 1
        assert above[:3] == pytest.approx(below[:3], abs=1e-8)
        assert abs(above[3] - below[3]) > 1e-3, "the third jumps: the curve is no single cubic"


def test_a_natural_spline_has_no_curvature_at_its_ends_and_a_line_none_at_all():
    t = make_table(X, WAVE)
    assert derivatives(t, X[0] + 1e-12)[2] == pytest.approx(0.0, abs=1e-10)
    assert derivatives(t, X[-1] - 1e-12)[2] == pytest.approx(0.0, abs=1e-10)
    assert make_table(X, 3.0 * X - 1.0).cubics[:, 2:4] == pytest.approx(0.0, abs=1e-12)


def test_a_given_first_slope_is_kept():
    assert derivatives(make_table(X, WAVE, first_slope=2.5), 1e-13)[1] == pytest.approx(2.5)
    # where the smooth curve overshoots too, and there it is the only slope that changes
    x = STEP[0]
    t, plain = make_table(*STEP, first_slope=0.3), make_table(*STEP)
    assert derivatives(t, 1e-13)[1] == pytest.approx(0.3)
    assert [derivatives(t, s + 1e-13)[1] for s in x[1:-1]] == [
        derivatives(plain, s + 1e-13)[1] for s in x[1:-1]
    ]


@pytest.mark.parametrize("make", [make_table, make_line])
@pytest.mark.parametrize("far", [1e-9, 1.0, 1e9])
def test_a_table_keeps_the_value_of_its_end_and_never_extrapolates(make, far):
    t = make(X, WAVE)
    assert table(X[0] - far, t) == WAVE[0]
    assert table(X[-1] + far, t) == pytest.approx(WAVE[-1], abs=1e-15)
    assert derivatives(t, X[-1] + far)[1] == 0.0


def test_where_a_smooth_curve_would_overshoot_the_table_stays_between_its_points():
    x, y = STEP
    t = make_table(x, y)
    fine = np.array([table(float(s), t) for s in np.linspace(0.0, 4.0, 401)])
    assert fine.min() >= 0.0
    assert fine.max() <= 1.0
    assert (np.diff(fine) >= -1e-15).all()
    # and it is still C1
    for knot in x[1:-1]:
        assert derivatives(t, knot - 1e-9)[1] == pytest.approx(derivatives(t, knot + 1e-9)[1], abs=1e-7)


@pytest.mark.parametrize(("middle", "is_smooth"), [(0.12, True), (0.10, False)])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_two_percent_of_overshoot_part_the_smooth_curve_from_the_monotone_one(middle, is_smooth, sign):
    # the natural spline through 0, c, 1 begins as (c - k) x + k x^3 with k = (1 - 2 c) / 4: at its lowest, where
    # x^2 = (k - c) / (3 k), it is 1.6 % below zero for c = 0.12 and 2.7 % for 0.10
    k = (1.0 - 2.0 * middle) / 4.0
    x = float(np.sqrt((k - middle) / (3.0 * k)))
    found = sign * table(x, make_table([0.0, 1.0, 2.0], [0.0, sign * middle, sign]))
    if is_smooth:
        assert found == pytest.approx(-2.0 / 3.0 * (k - middle) * x, rel=1e-13)
    else:
        assert found >= 0.0


def test_the_monotone_curve_has_the_slopes_of_scipy_and_at_its_ends_those_of_its_chords():
    x, y = STAIRS
    t = make_table(x, y)
    expected = interpolate.PchipInterpolator(x, y).derivative()(x)
    expected[[0, -1]] = 2.0, 4.5
    # one row of coefficients begins at each knot but the last, where 1e-12 before it is 1e-10 of slope
    assert t.cubics[:, 1] == pytest.approx(expected[:-1], rel=1e-14)
    assert derivatives(t, x[-1] - 1e-12)[1] == pytest.approx(expected[-1], abs=1e-9)


def test_one_point_is_a_constant():
    for make in (make_table, make_line):
        assert [table(x, make([1.0], [2.0])) for x in (-9.0, 1.0, 9.0)] == [2.0, 2.0, 2.0]


def test_a_curve_that_overshoots_little_stays_smooth():
    y = 1.0 - 0.2 * (STEP[0] - 2.1) ** 2
    t = make_table(STEP[0], y)
    assert max(table(float(s), t) for s in np.linspace(2.0, 3.0, 101)) > y.max()
    assert derivatives(t, 2.0 - 1e-9)[2] == pytest.approx(derivatives(t, 2.0 + 1e-9)[2], abs=1e-7)


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        ([0.0, 1.0, 1.0], [0.0, 1.0, 2.0], "ascend"),
        ([0.0, 2.0, 1.0], [0.0, 1.0, 2.0], "ascend"),
        ([0.0, np.nan], [0.0, 1.0], "finite"),
        ([0.0, 1.0], [0.0, np.inf], "finite"),
        ([0.0, 1.0], [0.0], "as many"),
        ([], [], "at least one"),
    ],
)
def test_points_that_make_no_table_are_refused(x, y, says):
    with pytest.raises(ValueError, match=says):
        make_table(x, y)
    with pytest.raises(ValueError, match=says):
        make_line(x, y)


def test_a_surface_passes_through_its_points_and_keeps_its_edges():
    s = make_surface(MACH, ALPHA, DRAG)
    for i, mach in enumerate(MACH):
        for j, alpha in enumerate(ALPHA):
            assert surface(mach, alpha, s) == pytest.approx(DRAG[i][j], abs=1e-15)
    assert surface(99.0, 9.0, s) == pytest.approx(DRAG[-1][-1], abs=1e-15)
    assert surface(-1.0, -1.0, s) == pytest.approx(DRAG[0][0], abs=1e-15)


def test_a_surface_is_twice_continuously_differentiable_across_its_inner_knots():
    s = make_surface(MACH, ALPHA, LIFT)
    xy = ca.SX.sym("xy", 2)
    second = ca.Function("f", [xy], [ca.hessian(surface(xy[0], xy[1], s), xy)[0]])
    for low, high in (
        ((1.0 - 1e-10, 0.07), (1.0 + 1e-10, 0.07)),
        ((0.9, ALPHA[1] - 1e-10), (0.9, ALPHA[1] + 1e-10)),
    ):
        # third derivatives are below 1e3, and the knot is 1e-10 away on either side
        assert np.array(second(low)) == pytest.approx(np.array(second(high)), abs=1e-6)


@pytest.mark.parametrize(
    ("y", "f", "says"),
    [
        ([0.0, 0.0], [[1.0, 2.0], [3.0, 4.0]], "ascend"),
        ([0.0, np.nan], [[1.0, 2.0], [3.0, 4.0]], "finite"),
        ([0.0, 1.0], [[1.0, 2.0], [3.0, np.nan]], "finite"),
        ([0.0, 1.0], [[1.0], [3.0]], "each pair"),
        ([0.0], [[1.0, 2.0], [3.0, 4.0]], "each pair"),
    ],
)
def test_points_that_make_no_surface_are_refused(y, f, says):
    with pytest.raises(ValueError, match=says):
        make_surface([0.0, 1.0], y, f)


@pytest.mark.parametrize(
    "t", [make_table([1.0], [2.0]), make_table([1.0, 2.0], [2.0, 3.0]), make_line(X, WAVE)]
)
def test_all_tables_have_one_compiled_type(t):
    reference = make_table(X, WAVE)
    for part, other in zip(t, reference, strict=True):
        assert (part.dtype, part.ndim, part.flags.c_contiguous) == (other.dtype, other.ndim, True)


def test_splines_agree_with_scipy():
    x = np.linspace(-1.0, 7.0, 81)
    inside = np.clip(x, X[0], X[-1])
    natural = interpolate.CubicSpline(X, WAVE, bc_type="natural")
    assert [table(float(s), make_table(X, WAVE)) for s in x] == pytest.approx(natural(inside), abs=1e-14)
