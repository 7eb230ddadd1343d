"""Whole missions whose optima must agree, or of which one can never be less than the other.

The rocket of `tests.rockets`, planned without exchange ratios: half a second each. Where both of a pair are solved on
one mesh, the optimiser leaves less than 1e-5 of the payload between them.
"""

import itertools
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from cosmodrome.ascent.plan import Plan, plan
from cosmodrome.files.units import quantity
from cosmodrome.mission.read import read_mission
from tests.rockets import MISSION, VEHICLE, write_files

DELTA_III = (Path(__file__).parents[2] / "examples" / "delta-iii.toml").read_text("utf-8")
SAME = 1e-5
Planned = Callable[..., Plan]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """Function from the texts of a mission and a vehicle to the verified plan, made once."""

    @cache
    def find(mission: str = MISSION, vehicle: str = VEHICLE) -> Plan:
        found = plan(
            read_mission(write_files(tmp_path_factory.mktemp("pair"), mission, vehicle)), with_ratios=False
        )
        assert found.status == "verified", found.diagnosis
        return found

    return find


def edited(text: str, *edits: tuple[str, str]) -> str:
    """The text with edits, each of which must find its place once."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def payload_kg(found: Plan) -> float:
    assert found.payload_kg is not None
    return found.payload_kg


# --- files that say the same ----------------------------------------------------------------------------

PROFILE = "\n[profile]\nvertical_rise_s = 8\n"
LIMITS = "\n[limits]\nmax_dynamic_pressure_pa = 50e3\n"


def test_the_order_of_tables_and_keys_changes_no_bit(planned: Planned) -> None:
    target = MISSION[MISSION.index("[target]") :].strip()
    head, keys = MISSION[: MISSION.index("[target]")], target.splitlines()[1:]
    usual = planned(MISSION + PROFILE + LIMITS)
    upside_down = "\n".join(reversed(head.strip().splitlines())) + LIMITS + PROFILE
    told = f"{upside_down}[target]\n" + "\n".join(reversed(keys)) + "\n"
    bodies = VEHICLE.index("[[bodies]]")
    vehicle = edited(VEHICLE[:bodies], ("[[aero]]", VEHICLE[bodies:] + "\n[[aero]]"))
    assert payload_kg(planned(told, vehicle)) == payload_kg(usual)


@pytest.mark.slow
def test_the_names_of_stages_and_bodies_change_no_bit(planned: Planned) -> None:
    renamed = VEHICLE.replace("first", "zeta").replace('"second"', '"alpha"').replace('"fairing"', '"nose"')
    assert payload_kg(planned(vehicle=renamed)) == payload_kg(planned())


def test_every_key_written_with_another_unit_is_the_same_mission(planned: Planned) -> None:
    """All dimensional keys of both files, each with the last other unit that its dimension has."""
    mission, vehicle = (_in_other_units(text) for text in (MISSION + PROFILE + LIMITS, VEHICLE))
    assert "thrust_vacuum_mn" in vehicle and "inclination_rad" in mission
    found = planned(mission, vehicle)
    assert payload_kg(found) == pytest.approx(payload_kg(planned(MISSION + PROFILE + LIMITS)), rel=SAME)


def _in_other_units(text: str) -> str:
    def told(match: re.Match[str]) -> str:
        key, between, number = match.groups()
        if key == "drag_coefficient":
            return match.group()
        q = quantity(key)
        factors = q.dimension.factors
        other = [suffix for suffix in factors if suffix != q.usual][-1]
        return f"{q.stem}_{other}{between}{float(number) * factors[q.usual] / factors[other]!r}"

    return re.sub(r"\b(\w+_[a-z0-9]+)( = (?:\{ value = )?)(-?[\d.]+(?:e\d+)?)\b", told, text)


@pytest.mark.slow
def test_what_is_the_default_may_be_said(planned: Planned) -> None:
    said = (
        '[environment]\ngravity = "j2"\nearth = "wgs84"\natmosphere = "us76"\nwind = "none"\n'
        "mu_m3_s2 = 3.986004418e14\nequatorial_radius_m = 6378137\nrotation_rad_s = 7.292115e-5\n"
        '[objective]\nmaximize = "payload"\n[profile]\nlaunch_direction = "auto"\nmax_coast_s = 21600\n'
        "[limits]\nmin_coast_altitude_km = 120\n"
    )
    assert payload_kg(planned(f"{MISSION}\n{said}")) == payload_kg(planned())


@pytest.mark.slow
def test_a_pad_and_its_node_may_be_moved_to_any_longitude_together(planned: Planned) -> None:
    """At one epoch the sky stands still: a pad 70 degrees farther east reaches the node that is so much farther."""
    at = "epoch_utc = 2025-04-15T09:06:10Z\n"

    def from_pad(longitude_deg: float, node_deg: float) -> Plan:
        target = ("inclination_deg = 30", f"inclination_deg = 30\nra_of_asc_node_deg = {node_deg}")
        return planned(
            at + edited(MISSION, ("longitude_deg = 20", f"longitude_deg = {longitude_deg}"), target)
        )

    found = from_pad(90.0, 55.0)
    assert payload_kg(found) == pytest.approx(payload_kg(from_pad(20.0, 345.0)), rel=SAME)
    assert found.flight is not None
    assert found.flight.insertion_row()["ra_of_asc_node_deg"] == pytest.approx(55.0, abs=0.01)


@pytest.mark.slow
def test_from_the_equator_north_and_south_are_worth_the_same(planned: Planned) -> None:
    pad = edited(MISSION, ("latitude_deg = 10", "latitude_deg = 0"))
    north, south = (
        planned(f'{pad}\n[profile]\nlaunch_direction = "{way}ending"\n') for way in ("asc", "desc")
    )
    assert payload_kg(south) == pytest.approx(payload_kg(north), rel=SAME)


def _final_mass_kg(found: Plan) -> float:
    assert found.flight is not None
    return found.flight.final_mass_kg


def test_without_an_epoch_the_longitude_of_the_pad_changes_nothing(planned: Planned) -> None:
    """A node then counts from the meridian of the pad, wherever that is."""
    elsewhere = edited(DELTA_III, ("longitude_deg = 0", "longitude_deg = -80.5"))
    assert _final_mass_kg(planned(elsewhere)) == pytest.approx(_final_mass_kg(planned(DELTA_III)), rel=1e-9)


def test_the_textbooks_launch_reaches_the_mirrored_orbit_from_the_mirrored_pad(planned: Planned) -> None:
    """South of the equator the ascending node and the pericenter lie half a turn from where their mirrors do."""
    south = edited(
        DELTA_III,
        ("latitude_deg = 28.5", "latitude_deg = -28.5"),
        ("ra_of_asc_node_deg = 269.8", "ra_of_asc_node_deg = 89.8"),
        ("arg_of_pericenter_deg = 130.5", "arg_of_pericenter_deg = 310.5"),
    )
    assert _final_mass_kg(planned(south)) == pytest.approx(_final_mass_kg(planned(DELTA_III)), rel=1e-9)


# --- a vehicle told otherwise ---------------------------------------------------------------------------

RESIDUAL = "dry_mass_kg = 2000\npropellant_mass_kg = 20000\nresidual_mass_kg = 200"


def test_a_kilogram_of_adapter_is_one_of_payload(planned: Planned) -> None:
    heavier = planned(vehicle=edited(VEHICLE, ("adapter_mass_kg = 50", "adapter_mass_kg = 350")))
    assert payload_kg(heavier) + 300.0 == pytest.approx(payload_kg(planned()), rel=SAME)


def test_what_cannot_be_burnt_may_be_told_as_residual_as_reserve_or_as_dry_mass(planned: Planned) -> None:
    usual = payload_kg(planned())
    dry = edited(VEHICLE, (RESIDUAL, "dry_mass_kg = 2200\npropellant_mass_kg = 19800"))
    reserve = edited(
        VEHICLE,
        (RESIDUAL, "dry_mass_kg = 2000\npropellant_mass_kg = 20000"),
        ("adapter_mass_kg = 50", "adapter_mass_kg = 50\nguidance_reserve_kg = 200"),
    )
    assert payload_kg(planned(vehicle=dry)) == pytest.approx(usual, rel=SAME)
    assert payload_kg(planned(vehicle=reserve)) == pytest.approx(usual, rel=SAME)


@pytest.mark.slow
def test_two_units_of_half_a_stage_are_the_stage(planned: Planned) -> None:
    loads = "count = {}\ndry_mass_kg = {}\npropellant_mass_kg = {}"
    halves = edited(
        VEHICLE,
        (loads.format(1, 10000, 100000), loads.format(2, 5000, 50000)),
        ("thrust_vacuum_n = 2000e3", "thrust_vacuum_n = 1000e3"),
        ("thrust_sea_level_n = 1800e3", "thrust_sea_level_n = 900e3"),
    )
    assert payload_kg(planned(vehicle=halves)) == pytest.approx(payload_kg(planned()), rel=SAME)


@pytest.mark.slow
def test_a_fairing_of_two_halves_is_one_of_their_mass(planned: Planned) -> None:
    whole = edited(VEHICLE, ("count = 2\nmass_kg = 300", "count = 1\nmass_kg = 600"))
    assert payload_kg(planned(vehicle=whole)) == pytest.approx(payload_kg(planned()), rel=SAME)


@pytest.mark.slow
def test_an_event_may_be_told_from_another_one_of_fixed_distance(planned: Planned) -> None:
    """The second stage is lit a second after a separation that comes a second after the cut-off."""
    after = 'ignition = {{ event = "first.{}", delay_s = {} }}'
    from_cutoff = edited(VEHICLE, (after.format("separation", 1), after.format("cutoff", 2)))
    assert payload_kg(planned(vehicle=from_cutoff)) == pytest.approx(payload_kg(planned()), rel=SAME)


@pytest.mark.slow
def test_area_and_drag_coefficient_act_by_their_product(planned: Planned) -> None:
    aero = "reference_area_m2 = {}\ndrag_coefficient = {}"
    slender = edited(VEHICLE, (aero.format(10, 0.4), aero.format(5, 0.8)))
    assert payload_kg(planned(vehicle=slender)) == pytest.approx(payload_kg(planned()), rel=SAME)


@pytest.mark.slow
def test_the_exit_area_is_the_thrust_that_is_lost_at_sea_level(planned: Planned) -> None:
    area = (2000e3 - 1800e3) / 101325.0
    told = edited(VEHICLE, ("thrust_sea_level_n = 1800e3", f"exit_area_m2 = {area!r}"))
    assert payload_kg(planned(vehicle=told)) == pytest.approx(payload_kg(planned()), rel=SAME)


# --- questions that contain each other's answer ---------------------------------------------------------


@pytest.mark.slow
def test_a_limit_that_is_never_reached_changes_nothing(planned: Planned) -> None:
    free = planned()
    assert free.flight is not None
    peaks = {name: 1.5 * peak.value for name, peak in free.flight.peaks().items()}
    wide = (
        f"\n[limits]\nmax_dynamic_pressure_pa = {peaks['max_dynamic_pressure_pa']!r}\n"
        f"max_q_alpha_pa_rad = {peaks['max_q_alpha_pa_rad']!r}\n"
    )
    assert payload_kg(planned(MISSION + wide)) == pytest.approx(payload_kg(free), rel=SAME)


@pytest.mark.slow
def test_an_angle_imposed_where_the_free_one_came_to_changes_nothing_and_elsewhere_it_costs(
    planned: Planned,
) -> None:
    free = planned()
    assert free.flight is not None
    best = free.flight.insertion_row()["arg_of_pericenter_deg"]

    def imposed(deg: float) -> float:
        target = ("inclination_deg = 30", f"inclination_deg = 30\narg_of_pericenter_deg = {deg!r}")
        return payload_kg(planned(edited(MISSION, target)))

    assert imposed(best) == pytest.approx(payload_kg(free), rel=SAME)
    assert imposed(best + 25.0) < payload_kg(free) * (1.0 - SAME)


@pytest.mark.slow
def test_an_azimuth_corridor_around_the_optimum_changes_nothing(planned: Planned) -> None:
    free = planned()
    open_ = "\n[limits]\nlaunch_azimuth_min_deg = 30\nlaunch_azimuth_max_deg = 150\n"
    assert payload_kg(planned(MISSION + open_)) == pytest.approx(payload_kg(free), rel=SAME)


@pytest.mark.slow
def test_a_cut_off_imposed_where_the_free_one_came_to_changes_nothing(planned: Planned) -> None:
    free = planned()
    assert free.flight is not None
    t_s = next(event.t_s for event in free.flight.events if event.code == "STAGE_2_CUTOFF")
    imposed = f'\n[sequence]\n"second.cutoff_s" = {t_s!r}\n'
    assert payload_kg(planned(MISSION + imposed)) == pytest.approx(payload_kg(free), rel=SAME)


def _margin_kg(planned: Planned, payload: float) -> float:
    found = planned(f'{MISSION}\n[objective]\nmaximize = "margin"\npayload_kg = {payload!r}\n')
    assert found.flight is not None
    return float(found.flight.stages[-1]["usable_propellant_left_kg"])


@pytest.mark.slow
def test_the_line_of_margins_over_payload_ends_at_the_largest_payload(planned: Planned) -> None:
    """Two sides of one optimum; within some kilograms the line is straight."""
    most = payload_kg(planned())
    light, heavy = 0.99 * most, 0.995 * most
    more, less = _margin_kg(planned, light), _margin_kg(planned, heavy)
    assert more > less > 0.0
    # three questions on three meshes, each of which is off by the 0.2 kg that its verification tells
    assert heavy + less * (heavy - light) / (more - less) == pytest.approx(most, rel=3e-4)


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="asked with a payload it is judged on a mesh whose optimum is 1e-4 below that of the refined mesh",
)
def test_a_payload_a_hair_below_the_largest_can_be_carried(planned: Planned) -> None:
    assert _margin_kg(planned, payload_kg(planned()) * (1.0 - 2.0 * SAME)) >= 0.0


# --- more never gives less ------------------------------------------------------------------------------


def _falls(payloads: list[float]) -> bool:
    """Whether each is no more than the one before it, but for what an optimiser leaves."""
    return all(b <= a * (1.0 + SAME) for a, b in itertools.pairwise(payloads))


@pytest.mark.slow
def test_a_tighter_limit_never_carries_more(planned: Planned) -> None:
    limits = (60e3, 33e3, 29e3)
    found = [payload_kg(planned(f"{MISSION}\n[limits]\nmax_dynamic_pressure_pa = {q}\n")) for q in limits]
    assert _falls(found) and found[-1] < found[0] * (1.0 - 100.0 * SAME)


@pytest.mark.slow
def test_a_higher_circle_never_carries_more(planned: Planned) -> None:
    orbit = "perigee_altitude_km = {}\napogee_altitude_km = {}"
    circles = [edited(MISSION, (orbit.format(200, 240), orbit.format(h, h))) for h in (180, 250, 320)]
    found = [payload_kg(planned(circle)) for circle in circles]
    assert _falls(found) and found[-1] < found[0] * (1.0 - 100.0 * SAME)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("usual", "worse"),
    [
        ("isp_vacuum_s = 340", "isp_vacuum_s = 335"),
        ("thrust_vacuum_n = { value = 200e3", "thrust_vacuum_n = { value = 190e3"),
        ("drag_coefficient = 0.4", "drag_coefficient = 0.6"),
        ("dry_mass_kg = 10000", "dry_mass_kg = 10300"),
        ("adapter_mass_kg = 50", "adapter_mass_kg = 50\nvertical_rise_s = 25"),
    ],
    ids=["impulse", "thrust", "drag", "mass", "rise"],
)
def test_a_worse_vehicle_never_carries_more(planned: Planned, usual: str, worse: str) -> None:
    assert payload_kg(planned(vehicle=edited(VEHICLE, (usual, worse)))) < payload_kg(planned())
