"""NASA's check cases for atmospheric flight: every sample of every file, not only what `validate` prints of them."""

import math

import numpy as np
import pytest

from cosmodrome.physics.atmosphere import US76, air, make_atmosphere
from cosmodrome.physics.frames import place
from cosmodrome.validation import nesc
from cosmodrome.validation.nesc import FT, SLUG
from cosmodrome.validation.truths import read_truths

TOLERANCES_M = {
    t.group.removeprefix("nesc-"): t.tolerance
    for t in read_truths()
    if t.group.startswith("nesc-0") and t.id.endswith(".distance")
}


@pytest.mark.parametrize("case", nesc.DROPS)
def test_a_dropped_sphere_falls_as_in_the_published_simulation(case: str) -> None:
    # without air a millimetre; with it a centimetre, for what each simulation's table of the air is rounded to
    tolerance_m, earth = TOLERANCES_M[case], nesc.DROPS[case][1].earth
    _, r_file, v_file = nesc.path(case)
    y = nesc.dropped(case)
    assert np.abs(y[:, :3] - r_file).max() < tolerance_m
    assert np.abs(y[:, 3:6] - v_file).max() < tolerance_m / 10.0
    altitude = [place(tuple(state[:3]), earth).altitude for state in y]
    assert np.abs(np.array(altitude) - FT * nesc.columns(case, "altitude_ft")[:, 0]).max() < tolerance_m


def test_the_air_of_a_dropped_sphere_is_that_of_the_published_simulation() -> None:
    # geometric altitude turned into geopotential: without that, density is 0.3 % off at 30 000 ft
    atmosphere = make_atmosphere(US76)
    for altitude_ft, density_slug_ft3 in nesc.columns("06", "altitude_ft", "density_slug_ft3"):
        density = air(altitude_ft * FT, atmosphere).density
        assert density == pytest.approx(density_slug_ft3 * SLUG / FT**3, rel=2e-6)


def test_a_two_stage_rocket_with_the_replayed_attitude_reaches_the_published_orbit() -> None:
    _, r_file, v_file = nesc.path("17")
    y, burnt = nesc.replayed()
    # the masses follow from thrust and specific impulse, and are those of the case
    assert burnt[0] == pytest.approx(nesc.STAGE_1_KG - 134000.0, abs=1.0)
    assert burnt[2] == pytest.approx(nesc.STAGE_2_KG - 19000.0, abs=1.0)
    # the pitch history is known every second only, and joined by straight lines
    assert math.dist(y[:3], r_file[-1]) < 50.0
    assert math.dist(y[3:6], v_file[-1]) < 1.0
