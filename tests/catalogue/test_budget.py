"""Masses, thrust-to-weight and ideal velocity gains against the rocket equation worked out by hand."""

import math
from dataclasses import replace

import pytest

from cosmodrome.catalogue.budget import ideal_budget, vehicle_timeline
from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.catalogue.schema import EventRef
from tests.rockets import write_files

G0 = 9.80665


@pytest.fixture
def vehicle(tmp_path):
    write_files(tmp_path)
    return load_vehicle(tmp_path / "rocket.toml")


def test_liftoff_mass_is_the_sum_of_everything_on_the_pad(vehicle):
    budget = ideal_budget(vehicle, vehicle_timeline(vehicle), payload_kg=1000.0)
    assert budget.liftoff_mass_kg == 10_000 + 100_000 + 2_000 + 20_000 + 2 * 300 + 50 + 1_000


def test_thrust_to_weight_uses_the_thrust_at_sea_level(vehicle):
    budget = ideal_budget(vehicle, vehicle_timeline(vehicle))
    assert budget.liftoff_thrust_to_weight == pytest.approx(1.8e6 / (132_650.0 * G0), rel=1e-12)


def test_velocity_gains_of_serial_stages_are_those_of_the_rocket_equation(vehicle):
    first, second = ideal_budget(vehicle, vehicle_timeline(vehicle), payload_kg=1000.0).stages
    start = 133_650.0
    # A fairing whose release the flight rules leaves, nominally, while the first stage still burns.
    aboard = start - first.dry_mass_kg - 100_000.0 - 600.0
    assert second.ideal_delta_v_m_s == pytest.approx(
        340 * G0 * math.log(aboard / (aboard - 19_800)), rel=1e-12
    )
    kept = 300 * G0 * math.log(start / (start - 100_000.0))
    dropped_at_once = 300 * G0 * math.log((start - 600.0) / (start - 100_600.0))
    assert kept < first.ideal_delta_v_m_s < dropped_at_once


def test_residual_propellant_is_not_burnt(vehicle):
    second = ideal_budget(vehicle, vehicle_timeline(vehicle)).stages[1]
    assert (second.propellant_kg, second.usable_kg, second.left_kg) == (
        20_000,
        19_800,
        pytest.approx(0, abs=1e-6),
    )
    assert second.burn_s == pytest.approx(19_800 * 340 * G0 / 200e3, rel=1e-12)


def test_stages_that_burn_together_share_the_gain_by_their_impulse(vehicle):
    upper = replace(vehicle.stages[1], ignition=EventRef("liftoff"))
    together = replace(vehicle, stages=(vehicle.stages[0], upper), bodies=())
    budget = ideal_budget(together, vehicle_timeline(together))
    flow_first, flow_second = 2e6 / (300 * G0), 200e3 / (340 * G0)
    burn_s = 100_000 / flow_first
    start = 132_050.0
    burnt_together = (flow_first + flow_second) * burn_s
    share = math.log(start / (start - burnt_together)) / (flow_first + flow_second)
    assert budget.stages[0].ideal_delta_v_m_s == pytest.approx(2e6 * share, rel=1e-9)
    # The second stage burns on while the empty first one hangs on for a second, then alone.
    assert budget.stages[1].ideal_delta_v_m_s > 200e3 * share
    assert budget.ideal_delta_v_m_s == pytest.approx(sum(s.ideal_delta_v_m_s for s in budget.stages))


def test_payload_costs_velocity(vehicle):
    timeline = vehicle_timeline(vehicle)
    gains = [ideal_budget(vehicle, timeline, payload).ideal_delta_v_m_s for payload in (0.0, 500.0, 1000.0)]
    assert gains == sorted(gains, reverse=True)
    assert len(set(gains)) == 3
