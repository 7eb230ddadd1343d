"""What lies outside of what a vehicle has flown."""

import math
from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.catalogue.lint_flown import (
    Facts,
    asked_facts,
    launch_azimuth_rad,
    lint_flown,
    planned_facts,
)
from cosmodrome.catalogue.load import catalogue_ids, load_configurations, load_site, load_vehicle
from cosmodrome.errors import VehicleFileError
from cosmodrome.mission.read import read_mission
from tests import rockets

LUNA = Facts(
    site="vostochny-1s",
    perigee_altitude_m=200e3,
    apogee_altitude_m=380e6,
    inclination_rad=math.radians(51.8),
    payload_kg=1750.0,
    burns=2,
)


@pytest.fixture(scope="module")
def stack():
    return load_vehicle("soyuz-2.1b/fregat-m"), load_site("vostochny-1s")


def said(stack, **changed):
    return " ".join(lint_flown(*stack, replace(LUNA, **changed))).replace("\u202f", " ")


def test_a_flown_mission_is_inside(stack):
    assert said(stack) == ""


def test_what_nobody_knows_yet_is_not_held_against_a_mission(stack):
    assert lint_flown(*stack, Facts(site="vostochny-1s")) == ()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"site": "baikonur-31-6"}, "from baikonur-31-6 (flown from vostochny-1s)"),
        ({"inclination_rad": math.radians(64.8)}, "inclination 64.8° (flown: 51.8°)"),
        ({"payload_kg": 2500.0}, "payload 2 500 kg (flown: 1 750 kg)"),
        ({"apogee_altitude_m": 36e6}, "apogee 36 000 km (flown: 380 000 km)"),
        ({"apogee_altitude_m": math.inf}, "an escape (flown: apogee 380 000 km)"),
        ({"burns": 4}, "4 burns of fregat (flown: 2)"),
    ],
)
def test_each_thing_that_was_not_flown_is_named_beside_what_was(stack, changed, words):
    assert words in said(stack, **changed)
    assert "nearest: Luna-25, 2023" in said(stack, **changed)


def test_a_combination_is_outside_though_each_of_its_parts_has_flown(stack):
    # the inclination and the height of OneWeb's flights with the payload of Luna-25
    both = {"inclination_rad": math.radians(87.4), "perigee_altitude_m": 450e3, "apogee_altitude_m": 450e3}
    assert "payload 1 750 kg (flown: 5 500 kg)" in said(stack, **both)


def test_a_southbound_launch_is_told_from_the_northbound_ones_that_flew(stack):
    oneweb = {
        "inclination_rad": math.radians(87.4),
        "perigee_altitude_m": 450e3,
        "apogee_altitude_m": 450e3,
        "payload_kg": 5500.0,
    }
    assert said(stack, **oneweb, azimuth_rad=math.radians(2.0)) == ""
    assert "launch azimuth 178.0° (flown: 2.1°)" in said(stack, **oneweb, azimuth_rad=math.radians(178.0))


def test_a_heavier_launch_than_flown_is_told_by_its_thrust_to_weight(stack):
    assert "lift-off thrust-to-weight 1.29 (flown: 1.36)" in said(stack, payload_kg=18000.0)


def test_coast_and_pressure_are_held_against_what_is_known_of_them(stack):
    vehicle, site = stack
    known = replace(vehicle.flown[0], longest_coast_s=4000.0, max_dynamic_pressure_pa=40e3)
    facts = replace(LUNA, longest_coast_s=9000.0, max_dynamic_pressure_pa=60e3)
    (sentence,) = lint_flown(replace(vehicle, flown=(known,)), site, facts)
    assert "longest coast 9\u202f000 s (flown: 4\u202f000 s)" in sentence
    assert "largest dynamic pressure 60\u202f000 Pa (flown: 40\u202f000 Pa)" in sentence


@pytest.mark.parametrize(("inclination_deg", "azimuth_deg"), [(98.57, 344.0), (87.4, 2.1), (64.8, 42.0)])
def test_launch_azimuths_from_vostochny_are_those_of_its_site_file(inclination_deg, azimuth_deg):
    azimuth = launch_azimuth_rad(math.radians(inclination_deg), load_site("vostochny-1s").latitude_rad)
    # published to a tenth of a degree, for a speed that is not said
    assert math.degrees(azimuth) == pytest.approx(azimuth_deg, abs=0.15)


def test_no_azimuth_leads_to_an_inclination_below_the_latitude():
    assert launch_azimuth_rad(math.radians(30.0), math.radians(51.0)) is None


def test_a_record_tells_the_burns_and_the_longest_coast_of_the_last_stage():
    result = {
        "insertion": {
            "perigee_altitude_m": 5e5,
            "apogee_altitude_m": None,
            "inclination_deg": 97.4,
            "arg_of_pericenter_deg": None,
        },
        "payload_kg": 1000.0,
        "burns": [
            {"stage": "core", "t_start_s": 0.0, "duration_s": 280.0},
            {"stage": "fregat", "t_start_s": 600.0, "duration_s": 100.0},
            {"stage": "fregat", "t_start_s": 1700.0, "duration_s": 50.0},
            {"stage": "fregat", "t_start_s": 2000.0, "duration_s": 5.0},
        ],
    }
    columns = {
        "speed_relative_m_s": np.array([0.0, 900.0, 1100.0, 2000.0]),
        "azimuth_deg": np.array([0.0, 80.0, 345.0, 344.0]),
        "dynamic_pressure_pa": np.array([0.0, 35e3, 20e3, 1e3]),
    }
    facts = planned_facts(result, columns, "vostochny-1s", "fregat")
    assert (facts.burns, facts.longest_coast_s) == (3, 1000.0)
    assert (facts.max_dynamic_pressure_pa, facts.apogee_altitude_m) == (35e3, math.inf)
    assert math.degrees(facts.azimuth_rad) == pytest.approx(345.0)


def test_an_escape_has_left_every_apogee_behind(tmp_path):
    path = rockets.write_files(
        tmp_path,
        rockets.MISSION.partition("[target]")[0] + "[target]\nc3_km2_s2 = 10\ndeclination_deg = 0\n",
    )
    assert asked_facts(read_mission(path)).apogee_altitude_m == math.inf


@pytest.mark.parametrize("name", catalogue_ids()["vehicles"])
def test_every_flown_mission_names_a_site_and_an_upper_stage_that_exist(name):
    vehicles = load_configurations(name)
    listed = {mission.name for vehicle in vehicles for mission in vehicle.flown}
    raw = load_vehicle_text(name).count("[[flown]]")
    assert len(listed) == raw > 0
    sites = {mission.site for vehicle in vehicles for mission in vehicle.flown} - {None}
    assert sites <= set(catalogue_ids()["sites"])


def load_vehicle_text(name):
    from cosmodrome.catalogue.load import data_folder

    return (data_folder() / "vehicles" / f"{name}.toml").read_text(encoding="utf-8")


def test_a_misspelt_key_of_a_flown_mission_is_refused(tmp_path):
    text = rockets.VEHICLE + '\n[[flown]]\nname = "first"\nperigee_altitud_km = 200\n'
    rockets.write_files(tmp_path, vehicle=text)
    with pytest.raises(VehicleFileError, match=r"flown\[1\]\.perigee_altitud_km is not a known key"):
        load_vehicle(tmp_path / "rocket.toml")
