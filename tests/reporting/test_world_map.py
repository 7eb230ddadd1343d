"""The map of the whole Earth: lines over its edges and near its poles."""

import numpy as np
import pytest

from cosmodrome.reporting.places import across_the_edge, densified, hemisphere


def test_a_line_over_the_date_line_leaves_at_one_edge_and_comes_back_at_the_other():
    x, y = across_the_edge(np.array([10.0, 20.0]), np.array([170.0, -170.0]))
    assert list(x[:2]) == [170.0, 180.0] and list(x[3:]) == [-180.0, -170.0]
    # half way, by symmetry
    assert list(y[:2]) == [10.0, 15.0] and list(y[3:]) == [15.0, 20.0]
    assert np.isnan(x[2]) and np.isnan(y[2])


def test_a_line_the_other_way_leaves_at_the_western_edge():
    x, _ = across_the_edge(np.array([0.0, 0.0]), np.array([-175.0, 175.0]))
    assert list(x[:2]) == [-175.0, -180.0] and list(x[3:]) == [180.0, 175.0]


def test_points_between_lie_on_the_great_circle():
    latitude, longitude = densified(np.array([80.0, 80.0]), np.array([0.0, 180.0]))
    assert latitude.max() == pytest.approx(90.0, abs=0.5)
    assert np.diff(latitude[longitude < 90.0]).max() < 0.6
    latitude, longitude = densified(np.array([0.0, 0.0]), np.array([10.0, 20.0]))
    assert latitude == pytest.approx(0.0, abs=1e-12)
    assert (longitude[0], longitude[-1]) == (pytest.approx(10.0), pytest.approx(20.0))
    assert len(longitude) >= 20


@pytest.mark.parametrize(("degrees", "text"), [(30.0, "30°N"), (-60.0, "60°S"), (0.0, "0°")])
def test_an_angle_is_named_by_its_hemisphere(degrees, text):
    assert hemisphere(degrees, "N", "S") == text
