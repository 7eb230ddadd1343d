"""Jumps are told from bends, limits and kinks; the poorer side of a jump is the one in doubt."""

import math

import pytest

from cosmodrome.survey.doubt import doubts
from cosmodrome.survey.grid import read_grid
from cosmodrome.survey.point import Point
from tests.rockets import write_files

COUNT = 9


@pytest.fixture
def grid(tmp_path):
    return read_grid(write_files(tmp_path), [f"target.altitude_km=200:1000:{COUNT}"])


def points(grid, payloads, **changes):
    """Verified points with these payloads (kg), infeasible where there is none."""
    found = {}
    for cell, payload in zip(grid.cells, payloads, strict=True):
        status = "infeasible" if payload is None else "verified"
        found[cell] = Point(
            cell, grid.values(cell), status, payload_kg=payload, **changes.get(f"at_{cell[0]}", {})
        )
    return found


def doubtful(grid, payloads, **changes):
    return [
        (doubt.cell[0], doubt.reason) for doubt in doubts(grid, points(grid, payloads, **changes), "payload")
    ]


@pytest.mark.parametrize(
    "curve",
    [
        lambda k: 8000.0 - 500.0 * k,
        lambda k: 8000.0 * math.exp(-0.4 * k),
        lambda k: 8000.0 - 60.0 * k**2,
        lambda k: 8000.0 - 900.0 * math.tanh(k - 4.0),
        lambda k: 8000.0 - 100.0 * k - 700.0 * max(k - 3.4, 0.0),
        lambda k: 8000.0 - 700.0 * k + 600.0 * max(k - 3.6, 0.0),
    ],
    ids=["line", "decay", "parabola", "step of finite width", "limit takes hold", "limit lets go"],
)
def test_a_continuous_curve_is_not_doubted(grid, curve):
    assert doubtful(grid, [curve(k) for k in range(COUNT)]) == []


@pytest.mark.parametrize("place", range(COUNT))
def test_one_point_that_fell_short_is_found_wherever_it_is(grid, place):
    payloads = [8000.0 - 500.0 * k - 10.0 * k**2 for k in range(COUNT)]
    payloads[place] *= 0.98
    assert {cell for cell, _ in doubtful(grid, payloads)} == {place}


def test_the_poorer_side_of_a_step_is_doubted(grid):
    payloads = [8000.0 - 500.0 * k - (200.0 if k > 4 else 0.0) for k in range(COUNT)]
    assert [cell for cell, _ in doubtful(grid, payloads)] == [5]


def test_a_step_below_half_a_percent_is_within_what_is_allowed(grid):
    payloads = [8000.0 - 500.0 * k - (15.0 if k > 4 else 0.0) for k in range(COUNT)]
    assert doubtful(grid, payloads) == []


def test_a_hole_between_points_that_fly_is_doubted(grid):
    payloads = [8000.0 - 500.0 * k for k in range(COUNT)]
    assert [cell for cell, _ in doubtful(grid, [*payloads[:4], None, *payloads[5:]])] == [4]


def test_the_end_of_what_is_feasible_is_not_doubted(grid):
    payloads = [8000.0 - 1500.0 * k for k in range(5)]
    assert doubtful(grid, [*payloads, None, None, None, None]) == []


def test_the_reason_names_what_changes_across_a_jump(grid):
    payloads = [8000.0 - 500.0 * k - (200.0 if k > 4 else 0.0) for k in range(COUNT)]
    one = {"launch_direction": "ascending", "burns": 1}
    for change, words in (
        ({"launch_direction": "descending"}, "launch direction"),
        ({"burns": 2}, "2 burns"),
        ({"active_limits": ("max_axial_acceleration_g",)}, "max_axial_acceleration_g"),
        ({}, "unexplained"),
    ):
        sides = {f"at_{k}": one if k < 5 else one | change for k in range(COUNT)}
        ((_, reason),) = doubtful(grid, payloads, **sides)
        assert words in reason


def test_an_answer_that_is_neither_proof_nor_honest_no_is_doubted(grid):
    found = points(grid, [8000.0 - 500.0 * k for k in range(COUNT)])
    found[(3,)] = Point(
        (3,), found[(3,)].values, "unverified", payload_kg=6500.0, message="the starts disagree"
    )
    assert [(d.cell, d.reason) for d in doubts(grid, found, "payload")] == [((3,), "the starts disagree")]
