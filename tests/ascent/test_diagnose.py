"""Honest negatives: every diagnosis that an ascent can meet, with its number, its key, and a way out that is one.

The two-stage rocket of `tests.rockets` carries three tonnes to a low orbit: each question is quick to ask.
"""

import math
import re
from dataclasses import replace

import pytest

from cosmodrome.ascent.diagnose import Nearest, unreached, unverified
from cosmodrome.ascent.plan import Plan, plan
from cosmodrome.ascent.verify import LimitCheck, TargetGap, Verification
from cosmodrome.mission.read import read_mission
from tests.ascent.small import LEO, soyuz
from tests.rockets import MISSION, VEHICLE, write_files

FLUX = "[limits]\nfairing_heat_flux_w_m2 = 1135\n"
BASE = MISSION + FLUX
HIGH = BASE.replace("altitude_km = 200", "altitude_km = 3000").replace(
    "altitude_km = 240", "altitude_km = 3000"
)
FAR = BASE.replace("altitude_km = 240", "altitude_km = 300000")
NORTH = BASE.replace("latitude_deg = 10", "latitude_deg = 50").replace(
    "inclination_deg = 30", "inclination_deg = 5"
)
# without its own 6 g, which the last stage passes when it carries little
UNLIMITED = VEHICLE.replace("max_axial_acceleration_g = 6", "max_axial_acceleration_g = 60")


def asked(folder, mission, vehicle=VEHICLE) -> Plan:
    return plan(read_mission(write_files(folder, mission, vehicle)))


def heavy(payload_kg: float) -> str:
    return BASE + f'[objective]\nmaximize = "margin"\npayload_kg = {payload_kg}\n'


def number_in(message, pattern):
    found = re.search(pattern, message)
    assert found, message
    return float(found[1])


def test_the_base_mission_is_feasible(tmp_path):
    found = asked(tmp_path, BASE)
    assert found.status == "verified"
    assert 3000.0 < found.payload_kg < 3400.0


def test_thrust_to_weight_below_one_says_both_forces_and_what_would_lift_off(tmp_path):
    found = asked(tmp_path, heavy(400_000))
    d = found.diagnosis
    assert (found.status, d.code, d.key) == (
        "infeasible",
        "thrust-to-weight-below-one",
        "objective.payload_kg",
    )
    assert number_in(d.message, r"thrust on the pad is ([\d.]+) kN") == pytest.approx(1800.0, rel=1e-3)
    weight = (132_650 + 400_000) * 9.80665e-3
    assert number_in(d.message, r"weight ([\d.]+) kN") == pytest.approx(weight, rel=1e-3)
    # not what would lift off, but what would arrive
    assert d.nearest_feasible.key == "objective.payload_kg"
    assert d.nearest_feasible.value == pytest.approx(asked(tmp_path, BASE).payload_kg, rel=1e-2)


def test_a_vehicle_that_cannot_lift_itself_has_no_payload_to_offer(tmp_path):
    weak = VEHICLE.replace("thrust_vacuum_n = 2000e3", "thrust_vacuum_n = 1200e3").replace(
        "= 1800e3", "= 1100e3"
    )
    found = asked(tmp_path, BASE, weak)
    assert (found.diagnosis.code, found.diagnosis.key) == ("thrust-to-weight-below-one", "vehicle")
    assert found.diagnosis.nearest_feasible is None


def test_too_heavy_a_payload_is_short_of_velocity_and_told_by_how_much(tmp_path):
    found = asked(tmp_path, heavy(4000))
    d = found.diagnosis
    assert (found.status, d.code) == ("infeasible", "insufficient-delta-v")
    assert d.key == d.nearest_feasible.key == "objective.payload_kg"
    best = asked(tmp_path, BASE).payload_kg
    assert d.nearest_feasible.value == pytest.approx(best, rel=1e-3)
    assert d.nearest_feasible.unit == "kg"
    assert number_in(d.message, r"short by (\d+) m/s") == pytest.approx(d.shortfall_m_s, abs=0.6)
    assert number_in(d.message, r"must drop by (\d+) kg") == pytest.approx(4000.0 - best, abs=5.0)
    # the last stage alone: 3 334 m/s times the logarithm of both mass ratios, with a fifth more for the lower stage
    ratio = math.log((best + 22_050) / (best + 2_250)) - math.log(26_050 / 6_250)
    assert 3334.0 * ratio < d.shortfall_m_s < 1.4 * 3334.0 * ratio
    # and half of the way there is a flight
    assert asked(tmp_path, heavy(d.nearest_feasible.value)).status == "verified"


def test_too_high_an_apogee_is_short_of_velocity(tmp_path):
    found = asked(tmp_path, FAR, UNLIMITED)
    d = found.diagnosis
    assert (found.status, d.code) == ("infeasible", "insufficient-delta-v")
    assert d.key == d.nearest_feasible.key == "target.apogee_altitude_km"
    assert 240.0 < d.nearest_feasible.value < 300_000.0
    assert d.shortfall_m_s > 10.0
    assert number_in(d.message, r"short by (\d+) m/s") == pytest.approx(d.shortfall_m_s, abs=0.6)
    near = asked(tmp_path, BASE.replace("= 240", f"= {d.nearest_feasible.value}"), UNLIMITED)
    assert near.status == "verified"
    # the edge is where nothing is left to carry
    assert near.payload_kg < 100.0


@pytest.mark.slow
def test_too_high_a_circle_is_short_of_velocity(tmp_path):
    d = asked(tmp_path, HIGH, UNLIMITED).diagnosis
    assert d.code == "insufficient-delta-v"
    assert d.key == "target.perigee_altitude_km"
    assert 240.0 < d.nearest_feasible.value < 3000.0
    assert str(int(d.nearest_feasible.value)) in d.message


@pytest.mark.slow
def test_an_inclination_far_below_the_latitude_is_diagnosed_with_its_price(tmp_path):
    found = asked(tmp_path, NORTH, UNLIMITED)
    d = found.diagnosis
    assert (found.status, d.code) == ("infeasible", "inclination-below-latitude")
    assert d.key == d.nearest_feasible.key == "target.inclination_deg"
    # geocentric latitude of 50 deg geodetic
    latitude = math.degrees(math.atan((1.0 - 1.0 / 298.257223563) ** 2 * math.tan(math.radians(50.0))))
    assert f"{latitude:.2f} deg" in d.message
    # the walk came so far; what is offered has been flown as well
    reached = number_in(d.message, r", at ([\d.]+) deg")
    assert 5.0 < reached <= d.nearest_feasible.value < latitude
    near = asked(tmp_path, NORTH.replace("= 5", f"= {d.nearest_feasible.value + 0.05}"), UNLIMITED)
    assert near.status == "verified"


LIMITS = {
    "max_dynamic_pressure_pa": (4e3, "pa"),
    "max_axial_acceleration_g": (1.1, "g"),
    "fairing_heat_flux_w_m2": (1e-3, "w_m2"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "key",
    [
        "max_dynamic_pressure_pa",
        "max_axial_acceleration_g",
        "fairing_heat_flux_w_m2",
    ],
)
def test_a_limit_that_no_flight_keeps_is_named_with_what_could_be_kept(tmp_path, key):
    bound, unit = LIMITS[key]
    lines = "[limits]\n" + f"{key} = {bound}\n" + ("" if "flux" in key else "fairing_heat_flux_w_m2 = 1135\n")
    found = asked(tmp_path, MISSION + lines, UNLIMITED)
    d = found.diagnosis
    assert (found.status, d.code, d.key) == ("infeasible", "limit-blocks", f"limits.{key}")
    near = d.nearest_feasible
    assert (near.key, near.unit) == (f"limits.{key}", unit)
    assert near.value > bound
    assert number_in(d.message, rf"limits\.{key} = ([\d.e-]+)") == pytest.approx(bound)
    eased = asked(tmp_path, MISSION + lines.replace(str(bound), repr(near.value * 1.001)), UNLIMITED)
    assert eased.status == "verified", eased.diagnosis
    assert eased.payload_kg == pytest.approx(near.payload_kg, rel=0.05, abs=50.0)


@pytest.mark.slow
def test_the_way_out_of_a_three_stage_ascent_keeps_the_vehicles_own_limits(tmp_path):
    """An inclination that is too low for the Soyuz: what is offered must be flown within its 4.3 g."""
    d = plan(soyuz(tmp_path, LEO + "inclination_deg = 5")).diagnosis
    assert d.code in ("inclination-below-latitude", "limit-blocks")
    if d.code == "inclination-below-latitude":
        near = plan(soyuz(tmp_path, LEO + f"inclination_deg = {d.nearest_feasible.value + 0.05}"))
        assert near.status == "verified", near.diagnosis


@pytest.mark.slow
def test_the_three_stage_ascent_is_short_when_it_carries_too_much(tmp_path):
    target = LEO + "inclination_deg = 51.7"
    d = plan(soyuz(tmp_path, target, '[objective]\nmaximize = "margin"\npayload_kg = 12000')).diagnosis
    assert d.code == "insufficient-delta-v"
    assert d.nearest_feasible.value == pytest.approx(plan(soyuz(tmp_path, target)).payload_kg, rel=1e-3)


# --- verdicts on flights ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def verified(tmp_path_factory):
    return asked(tmp_path_factory.mktemp("verified"), BASE)


def changed(found: Plan, **changes) -> Verification:
    return replace(found.verification, **changes)


BROKEN = LimitCheck("max_dynamic_pressure_pa", "max_dynamic_pressure_pa", 30e3, 35e3, 71.25, True, False)


def test_a_good_flight_with_an_agreeing_start_has_no_diagnosis(verified):
    assert unverified(verified.verification, 3187.0, 3188.0, False) is None


@pytest.mark.parametrize(
    "changes", [{"position_gap_m": 101.0}, {"velocity_gap_m_s": 0.11}, {"payload_gap_kg": 1.1}]
)
def test_a_gap_over_any_of_the_three_bounds_is_too_large(verified, changes):
    d = unverified(changed(verified, **changes), 3188.0, 3188.0, False)
    assert d.code == "gap-too-large"
    assert f"{next(iter(changes.values())):.3g}" in d.message


def test_books_that_do_not_close_are_a_fault_of_ours(verified):
    flight = verified.flight
    unbooked = replace(flight, dropped=flight.dropped[1:])
    d = unverified(changed(verified, flight=unbooked), 3188.0, 3188.0, False)
    assert (d.code, d.key) == ("gap-too-large", None)
    assert f"mass by {unbooked.audit.mass_gap:.3g}" in d.message and "report it" in d.message
    assert unreached(unbooked, (), TargetGap(0.0, 0.0)).message == d.message


def test_a_broken_limit_is_told_with_its_peak_and_time(verified):
    d = unverified(changed(verified, limits=(BROKEN,)), 3188.0, 3188.0, False)
    assert (d.code, d.key) == ("limit-broken", "limits.max_dynamic_pressure_pa")
    assert "35000" in d.message and "71.2" in d.message and "30000" in d.message


def test_starts_that_differ_by_more_than_a_thousandth_disagree(verified):
    assert unverified(verified.verification, 3185.1, 3188.0, False) is None
    d = unverified(verified.verification, 3180.0, 3188.0, False)
    assert d.code == "starts-disagree"
    assert "3180.00" in d.message and "3188.00" in d.message
    assert unverified(verified.verification, None, 3188.0, False).code == "starts-disagree"


def test_an_order_of_events_that_presses_is_an_active_bound_of_ours(verified):
    assert unverified(verified.verification, 3188.0, 3188.0, True).code == "bound-active"


def test_a_flight_of_nobodys_plan_is_judged_by_its_limits_and_its_target(verified):
    flight = verified.flight
    assert unreached(flight, (BROKEN,), TargetGap(0.0, 0.0)).code == "limit-broken"
    d = unreached(flight, (), TargetGap(5000.0, 12.0))
    assert (d.code, d.key) == ("gap-too-large", "target")
    assert "5e+03" in d.message and "12" in d.message


def test_a_nearest_change_names_one_key_with_its_unit():
    near = Nearest("objective.payload_kg", 3188.0, "kg", 3188.0)
    assert near.key.endswith(near.unit)


def test_a_second_start_confirms_the_payload_that_is_given(tmp_path):
    """A dog-leg of five degrees, on whose first mesh 1.6 t read as 2.5 t."""
    found = asked(tmp_path, NORTH.replace("inclination_deg = 5", "inclination_deg = 45"))
    assert found.status == "verified"
    assert found.second_kg == pytest.approx(found.payload_kg, rel=1e-2)


def test_a_high_circle_is_answered_or_diagnosed_never_an_error(tmp_path):
    """900 km: here the release of the fairing was once sought before lift-off."""
    found = asked(tmp_path, HIGH.replace("3000", "900"))
    assert found.diagnosis is None or found.diagnosis.code != "not-converged"
