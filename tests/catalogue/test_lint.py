"""The lints one by one: each speaks of what it is for, and the shipped files are silent."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from cosmodrome.catalogue.lint import mission_warnings, plan_warnings, vehicle_warnings
from cosmodrome.catalogue.lint_bands import bands, outside
from cosmodrome.catalogue.lint_counterpart import SLIPS, lint_counterpart, slip
from cosmodrome.catalogue.lint_payload import needed_velocity_m_s
from cosmodrome.catalogue.lint_turns import conventions
from cosmodrome.catalogue.lint_vehicle import lint_vehicle, thrust_to_weight
from cosmodrome.catalogue.load import catalogue_ids, load_configurations, load_site, load_vehicle
from cosmodrome.catalogue.resolve import resolve
from cosmodrome.mission.read import read_mission
from tests import rockets
from tests.catalogue.edits import with_body, with_stage

ROOT = Path(__file__).parents[2]
MISSIONS = sorted([*ROOT.glob("examples/*.toml"), *ROOT.glob("examples/cases/V*.toml")])
# Soyuz-2.1b without an upper stage has flown from Baikonur and Plesetsk, never from Vostochny.
FROM_A_NEW_PAD = ("V01", "vostochny-leo")
LIMITED = "[limits]\nmax_dynamic_pressure_pa = 40e3\nmax_q_alpha_pa_rad = 3e3\n"


@pytest.fixture
def warned(tmp_path):
    def warnings(mission=rockets.MISSION, vehicle=rockets.VEHICLE):
        return mission_warnings(resolve(read_mission(rockets.write_files(tmp_path, mission, vehicle))))

    return warnings


@pytest.fixture(scope="module")
def rocket(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rocket")
    rockets.write_files(folder)
    return load_vehicle(folder / "rocket.toml")


@pytest.mark.parametrize("path", MISSIONS, ids=lambda p: p.stem)
def test_an_example_is_warned_about_only_where_its_pad_is_new(path):
    warnings = mission_warnings(resolve(read_mission(path)))
    if path.stem in FROM_A_NEW_PAD:
        (sentence,) = warnings
        assert sentence.startswith("outside the flown envelope of Soyuz-2.1b: from vostochny-1s")
    else:
        assert warnings == ()


@pytest.mark.parametrize("name", catalogue_ids()["vehicles"])
def test_no_vehicle_of_the_catalogue_is_warned_about(name):
    assert vehicle_warnings(load_configurations(name)) == ()


def test_a_rocket_and_a_mission_of_ones_own_are_not_warned_about(warned):
    assert warned() == ()


# --- vehicles ---


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("isp_vacuum_s = 300", "isp_vacuum_s = 200", "first.engine: specific impulse in vacuum"),
        ("dry_mass_kg = 2000", "dry_mass_kg = 9071.9", "second.dry_mass_kg: dry mass over"),
        ("reference_area_m2 = 10", "reference_area_m2 = 107.6", "aero[1].reference_area_m2: lift-off mass"),
        ("drag_coefficient = 0.4", "drag_coefficient = 4", "aero[1].drag_coefficient"),
        ("mass_kg = 300", "mass_kg = 3000", "fairing.mass_kg: mass of all its pieces"),
        ("max_axial_acceleration_g = 6", "max_axial_acceleration_g = 60", "limits.max_axial_acceleration_g"),
        ("fairing_heat_flux_w_m2 = 1135", "fairing_heat_flux_w_m2 = 1.135", "limits.fairing_heat_flux_w_m2"),
        ("residual_mass_kg = 200", "residual_mass_kg = 2000", "second.residual_mass_kg"),
        (
            'event = "first.separation", delay_s = 1',
            'event = "first.separation", delay_s = 1000',
            "second.ignition.delay_s",
        ),
    ],
)
def test_a_number_that_no_launcher_has_is_named_with_its_band(warned, old, new, words):
    assert any(words in sentence for sentence in warned(vehicle=rockets.VEHICLE.replace(old, new)))


def test_a_convention_that_nobody_documents_is_told_with_those_that_are(rocket):
    (sentence,) = lint_vehicle(with_stage(rocket, "second", attitude_convention="upside-down"))
    assert "upside-down is none of the documented ones" in sentence
    assert all(name in sentence for name in conventions())


def test_a_throttle_step_after_the_cut_off_is_told(rocket):
    timed = replace(rocket.stage("first").cutoff, rule="time", burn_time_s=100.0)
    late = with_stage(rocket, "first", cutoff=timed, engine={"throttle_profile": ((112.0, 0.8),)})
    assert any("112 s comes after the cut-off at 100 s" in sentence for sentence in lint_vehicle(late))


def test_thrust_to_weight_counts_what_rides_on_the_stage(rocket):
    # 200 kN over 2 000 + 20 000 + 50 kg of adapter + 1 000 kg of payload
    value = thrust_to_weight(rocket, rocket.last_stage, 1000.0)
    assert value == pytest.approx(200e3 / (9.80665 * 23_050.0), rel=1e-12)


def test_a_band_is_wide_open_at_its_ends_and_tells_its_source():
    band = bands()["isp_vacuum_s"]
    assert outside("isp_vacuum_s", band.least, "x") == outside("isp_vacuum_s", band.most, "x") == ()
    (sentence,) = outside("isp_vacuum_s", band.most * 1.01, "x")
    assert band.source in sentence
    assert outside("isp_vacuum_s", None, "x") == ()


# --- beside the catalogue ---


@pytest.mark.parametrize("factor", SLIPS)
def test_a_slip_is_seen_in_both_directions_and_a_change_is_not(factor):
    assert slip(factor) == slip(1.0 / factor) == SLIPS[factor]
    assert slip(1.06 * factor) is None


@pytest.mark.parametrize("factor", SLIPS)
def test_a_slip_in_any_number_of_a_stage_is_told_beside_the_catalogues(factor):
    ours = load_vehicle("soyuz-2.1b/fregat-m")
    slipped = with_stage(ours, "block-i", residual_mass_kg=271.0 * factor)
    (sentence,) = lint_counterpart(slipped, ours)
    assert sentence.startswith("block-i.residual_mass_kg = ")
    assert "Soyuz-2.1b / Fregat-M has 271 kg" in sentence
    assert SLIPS[factor] in sentence


def test_a_heavier_stage_is_a_variation_and_no_slip():
    ours = load_vehicle("soyuz-2.1b")
    assert lint_counterpart(with_stage(ours, "block-i", dry_mass_kg=2500.0), ours) == ()
    assert lint_counterpart(with_body(ours, "fairing", mass_kg=900.0), ours) == ()


def test_a_file_is_held_against_the_vehicle_that_it_rests_on(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'format = "cosmodrome-vehicle/1"\nname = "Mine"\nbased_on = "soyuz-2.1b"\nguidance_reserve_kg = 270.1\n'
    )
    (sentence, *_) = [s for s in vehicle_warnings(load_configurations(path)) if "reserve" in s]
    assert "Soyuz-2.1b has 122.5 kg: pounds taken for kilograms" in sentence


# --- missions ---


@pytest.mark.parametrize(
    ("mission", "words"),
    [
        (rockets.MISSION + "[limits]\nmax_dynamic_pressure_pa = 40e3\n", "without max_q_alpha_pa_rad"),
        (rockets.MISSION + LIMITED.replace("40e3", "40"), "limits.max_dynamic_pressure_pa"),
        (rockets.MISSION + LIMITED.replace("3e3", "172e3"), "limits.max_q_alpha_pa_rad"),
        (rockets.MISSION + LIMITED.replace("3e3", "1.6e3"), "angle of attack that"),
        (rockets.MISSION + "[profile]\nvertical_rise_s = 30\n", "the vehicle's own is 10"),
        (rockets.MISSION + "[profile]\nseparation_delay_s = 3600\n", "profile.separation_delay_s"),
        (rockets.MISSION + "[environment]\nequatorial_radius_m = 20925647\n", "equatorial_radius_m"),
        (rockets.MISSION + '[sequence]\n"fairing.release_s" = 20\n', "sequence.fairing.release_s"),
        (
            rockets.MISSION.replace("inclination_deg = 30", "inclination_deg = 5"),
            "passes 4.9° beside the pad",
        ),
        (rockets.MISSION.replace("240", "36000"), "ideal velocities leave"),
        (
            rockets.MISSION + '[objective]\nmaximize = "margin"\npayload_kg = 9000\n',
            "ideal velocities leave about",
        ),
        (  # among the stars asin(cos 30° / cos 10°) = 61.6°, less 458 m/s of the turning ground
            rockets.MISSION + "[limits]\nlaunch_azimuth_min_deg = 300\nlaunch_azimuth_max_deg = 350\n",
            "needs a launch azimuth of 59.9° or 120.1°",
        ),
    ],
)
def test_what_was_probably_meant_otherwise_is_told(warned, mission, words):
    assert any(words in sentence for sentence in warned(mission))


def test_limits_as_usual_are_silent(warned):
    assert warned(rockets.MISSION + LIMITED) == ()


def test_a_corridor_that_the_southbound_azimuth_keeps_is_silent(warned):
    corridor = "[limits]\nlaunch_azimuth_min_deg = 100\nlaunch_azimuth_max_deg = 150\n"
    assert warned(rockets.MISSION + corridor) == ()


def test_a_limit_in_kilowatts_is_told_beside_the_vehicles_own(warned):
    vehicle = rockets.VEHICLE.replace("fairing_heat_flux_w_m2 = 1135", "fairing_heat_flux_w_m2 = 1400")
    mission = rockets.MISSION + "[limits]\nfairing_heat_flux_w_m2 = 1400e-3\n"
    assert any("a thousand too many or too few" in sentence for sentence in warned(mission, vehicle))


def test_an_inclination_that_a_site_never_flew_is_told_with_those_that_it_did():
    mission = read_mission(ROOT / "examples" / "vostochny-leo.toml")
    elsewhere = mission.with_target(inclination_rad=math.radians(75.0))
    warnings = mission_warnings(resolve(elsewhere))
    assert any("lists no launch to it; flown: 51.7°, 64.8°" in sentence for sentence in warnings)


def test_a_node_that_the_pad_does_not_pass_is_told():
    # due east from 28.5 deg: the ascending node lies 90 deg west of the pad, and nowhere near 82 deg
    mission = read_mission(ROOT / "examples" / "delta-iii.toml")
    turned = mission.with_target(ra_of_asc_node_rad=math.radians(82.2))
    assert any("beside the pad at 28.50°" in sentence for sentence in mission_warnings(resolve(turned)))


def test_the_velocity_to_geostationary_transfer_is_the_textbooks():
    # Hohmann from a circle of 200 km to 35 786 km: 7.784 km/s and 2.455 km/s (e.g. Wertz, Space Mission Engineering,
    # chapter 10); to that the usual losses are added, and nothing of the Earth's turning at 90 deg
    mission = read_mission(ROOT / "examples" / "vostochny-leo.toml")
    perigee, apogee = 6578.137e3, 42164.137e3
    transfer = mission.with_target(
        semi_major_axis_m=0.5 * (perigee + apogee),
        eccentricity=(apogee - perigee) / (apogee + perigee),
        inclination_rad=0.5 * math.pi,
    )
    assert needed_velocity_m_s(transfer) == pytest.approx(7784.0 + 2455.0 + 1800.0, abs=3.0)


def test_the_velocity_to_escape_is_the_textbooks():
    # parabolic speed at 200 km is 11.009 km/s
    mission = read_mission(ROOT / "examples" / "vostochny-leo.toml")
    escape = mission.with_target(c3_m2_s2=0.0, eccentricity=None, inclination_rad=0.5 * math.pi)
    assert needed_velocity_m_s(escape) == pytest.approx(11009.0 + 1800.0, abs=3.0)


# --- plans ---


def test_a_plan_without_a_flight_has_nothing_to_warn_about():
    assert plan_warnings(load_vehicle("soyuz-2.1b"), load_site("vostochny-1s"), {"insertion": None}, {}) == ()
