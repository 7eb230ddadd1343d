"""The data of the plots: what is left out cannot be seen, and what must not be left out stays."""

import numpy as np
import pytest

from cosmodrome.reporting.page.series import panels, plot_data, thinned, views


def test_a_straight_line_needs_its_two_ends_only():
    t = np.linspace(0.0, 10.0, 101)
    assert list(thinned(t, [3.0 * t + 1.0], [])) == [0, 100]


def test_what_is_left_out_lies_on_the_lines_between_what_is_kept():
    t = np.linspace(0.0, 20.0, 4001)
    curves = [np.sin(t), np.exp(-t) * np.cos(9.0 * t)]
    keep = thinned(t, curves, [])
    assert len(keep) < len(t) / 3
    for curve in curves:
        off = np.abs(np.interp(t, t[keep], curve[keep]) - curve).max()
        # the promise of the module: a twenty-thousandth of the range
        assert off <= 5e-5 * np.ptp(curve)


def test_both_rows_of_a_jump_extremes_and_events_stay():
    t = np.array([0.0, 1.0, 2.0, 2.0, 3.0, 4.0, 5.0])
    mass = np.array([9.0, 8.0, 7.0, 5.0, 4.0, 3.0, 2.0])
    assert list(thinned(t, [mass], [4.0])) == [0, 2, 3, 5, 6]
    spike = np.array([0.0, 0.0, 0.0, 0.0, 1e-9, 0.0, 0.0])
    assert 4 in thinned(t, [spike], [])


def test_the_edges_of_a_gap_stay():
    t = np.arange(8.0)
    curve = np.array([1.0, 1.0, 1.0, np.nan, np.nan, 1.0, 1.0, 1.0])
    assert {2, 3, 4, 5} <= set(thinned(t, [curve], []).tolist())


def test_a_curve_without_a_value_is_left_out(result, columns):
    assert [c.name for p in panels(result, columns) if p.id == "pitch" for c in p.curves] == [
        "thrust",
        "velocity",
    ]
    columns["phase"][100:200] = "coast"
    names = [c.name for p in panels(result, columns) if p.id == "pitch" for c in p.curves]
    assert names == ["thrust", "axis while coasting", "velocity"]


def test_engines_that_are_off_have_no_throttle(result, columns):
    columns["phase"][100:200] = "coast"
    throttle = next(p for p in panels(result, columns) if p.id == "throttle").curves[0].values
    assert set(throttle[100:200]) == {0.0}
    assert set(throttle[:100]) == {100.0}


def test_a_limit_without_curve_is_in_no_plot(result, columns):
    said = [limit.key for panel in panels(result, columns) for limit in panel.limits]
    assert "min_coast_altitude_km" not in said
    assert len(said) == 4


def test_a_limit_in_another_unit_has_its_curve_in_that_unit(result, columns):
    result["limits"][0].update(name="max_axial_acceleration_m_s2", limit=42.0, peak=40.0)
    result["limits"] = result["limits"][:1]
    panel = next(p for p in panels(result, columns) if p.id == "acceleration")
    assert panel.unit == "m/s²"
    assert panel.curves[0].values == pytest.approx(9.80665 * columns["axial_acceleration_g"])


def test_several_burns_have_a_view_each_and_the_page_opens_at_the_ascent(result, columns):
    result["burns"] = [*result["burns"], {**result["burns"][-1], "t_start_s": 9000.0, "duration_s": 100.0}]
    columns["t_s"][-1] = 9100.0
    found = views(result, columns)
    assert [view["name"] for view in found] == ["Ascent", "Whole flight", "Atmosphere", "Burn 2"]
    assert (found[1]["from"], found[1]["to"]) == (0.0, 9100.0)
    assert found[0]["to"] == pytest.approx(1.03 * 558.0)
    assert found[3]["from"] == pytest.approx(8970.0)


def test_one_burn_needs_no_view_but_the_whole_flight_and_the_air(result, columns):
    assert [view["name"] for view in views(result, columns)] == ["Whole flight", "Atmosphere"]
    columns["dynamic_pressure_pa"][:] = 0.0
    assert [view["name"] for view in views(result, columns)] == ["Whole flight"]


def test_what_has_no_value_is_null(result, columns):
    data = plot_data(result, columns, panels(result, columns))
    heat = next(p for p in data["panels"] if p["id"] == "heat-flux")["curves"][0]["values"]
    released = next(e["t_s"] for e in result["events"] if e["code"] == "FAIRING_JETTISON")
    for t, value in zip(data["t"], heat, strict=True):
        assert (value is None) == (t < released)
