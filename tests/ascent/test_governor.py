"""A throttle that serves loads alone is governed: it closes as an acceleration limit asks, in plan and flight alike."""

import numpy as np
import pytest

from cosmodrome.ascent.plan import plan
from cosmodrome.mission.read import read_mission
from tests.rockets import MISSION, VEHICLE, write_files

# both stages may be throttled and cut off when it suits; 3.5 g is what neither keeps at full thrust
THROTTLED = (
    VEHICLE.replace('cutoff = { rule = "depletion" }', 'cutoff = { rule = "command" }')
    .replace("thrust_sea_level_n = 1800e3 }", "thrust_sea_level_n = 1800e3, throttle_min = 0.3 }")
    .replace("isp_vacuum_s = 340", "isp_vacuum_s = 340\nthrottle_min = 0.3")
)
LIMIT = "max_axial_acceleration_g"


def governed(folder, limit_g):
    return read_mission(
        write_files(folder, MISSION, THROTTLED.replace(f"{LIMIT} = 6", f"{LIMIT} = {limit_g}"))
    )


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """Plans at 3.5 g, and from it at 3.45 and 3.55 g."""
    folder = tmp_path_factory.mktemp("governed")
    middle = plan(governed(folder, 3.5))
    return middle, *(plan(governed(folder, g), start=middle, with_ratios=False) for g in (3.45, 3.55))


def test_the_limit_is_kept_and_touched(plans):
    for found, limit_g in zip(plans, (3.5, 3.45, 3.55), strict=True):
        assert found.status == "verified"
        check = next(c for c in found.verification.limits if c.name == LIMIT)
        # thrust in vacuum over mass is the limit to rounding; drag and back-pressure only take from it
        assert check.peak == pytest.approx(limit_g, rel=1e-6)
        assert check.peak <= limit_g * (1.0 + 1e-9)


def test_the_flown_throttle_is_what_the_governor_leaves(plans):
    flown = plans[0].flight.columns()
    thrust = {"first": 2000e3, "second": 200e3}
    for stage, full_n in thrust.items():
        mine = (flown["phase"] == stage) & (flown["throttle"] < 0.999)
        assert mine.sum() > 5
        held = flown["throttle"][mine] * full_n / flown["mass_kg"][mine]
        np.testing.assert_allclose(held, 3.5 * 9.80665, rtol=1e-9)
        assert flown["throttle"][mine].min() > 0.3


def test_the_limit_is_worth_what_its_neighbours_carry(plans):
    middle, low, high = plans
    slope = (high.payload_kg - low.payload_kg) / 0.1
    # the worth is a derivative, this a difference over 0.1 g of a curve that bends: 3 %
    assert middle.limit_worth_kg["max_axial_acceleration_m_s2"] == pytest.approx(slope, rel=0.03)
