"""A start moved as three neighbours lie: nearer to the optimum than any of them."""

from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.ascent.nearby import across
from cosmodrome.ascent.plan import Plan, plan
from cosmodrome.ascent.problem import pose
from cosmodrome.ascent.search import Search
from tests.ascent.small import LEO, soyuz


def asked(folder, apogee_km, inclination_deg):
    orbit = (
        f"perigee_altitude_km = 200\napogee_altitude_km = {apogee_km}\ninclination_deg = {inclination_deg}"
    )
    return soyuz(folder, orbit, '[profile]\nlaunch_direction = "ascending"')


@pytest.fixture(scope="module")
def corners(tmp_path_factory):
    """Plans at 240 km and 62 deg, 280 km and 60 deg, 240 km and 60 deg, on one program, and the folder."""
    folder = tmp_path_factory.mktemp("corners")
    begin = plan(asked(folder, 240, 60))
    ends = [plan(asked(folder, *at), start=begin, with_ratios=False) for at in ((240, 62), (280, 60))]
    return *ends, begin, folder


def test_the_fourth_corner_is_nearer_to_its_optimum_than_the_other_three(corners):
    up, along, begin, folder = corners
    moved = across(up, along, begin)
    fourth = plan(asked(folder, 280, 62), start=moved, with_ratios=False)
    assert fourth.status == "verified"

    def away(near: Plan) -> float:
        return float(np.abs(near.attempt.solution.w - fourth.attempt.solution.w).max())

    # evenly spread numbers leave the second differences
    assert away(moved) < 0.2 * min(away(near) for near in (up, along, begin))


def test_a_moved_start_leads_where_a_neighbour_leads(corners):
    up, along, begin, folder = corners
    mission = asked(folder, 280, 62)
    one = plan(mission, start=across(up, along, begin), confirm=up, with_ratios=False)
    other = plan(mission, start=up, with_ratios=False)
    assert one.status == other.status == "verified"
    # both to the solver's tolerance of 1e-9
    assert one.payload_kg == pytest.approx(other.payload_kg, rel=1e-6)


def test_plans_of_another_program_move_nothing(corners, tmp_path):
    up, along, begin, _ = corners
    mission = soyuz(tmp_path, LEO + "inclination_deg = 60", '[profile]\nlaunch_direction = "ascending"')
    other = replace(begin, attempt=Search(pose(mission)).cold())
    assert across(up, along, other) is None
    assert across(up, along, replace(begin, attempt=None)) is None
