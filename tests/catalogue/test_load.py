"""Vehicles and sites by id and by file, and the sentence for each that does not exist."""

import math
from dataclasses import FrozenInstanceError

import pytest

from cosmodrome.catalogue.load import catalogue_combinations, load_site, load_vehicle
from cosmodrome.catalogue.schema import EventRef, Release
from cosmodrome.errors import CatalogueError, MissionFileError, VehicleFileError
from cosmodrome.files.sources import Source
from cosmodrome.mission.schema import SitePoint
from tests.catalogue.launchers import LAUNCHER, write_rocket


def test_a_persons_own_file_becomes_nouns_in_si(tmp_path):
    vehicle = load_vehicle(write_rocket(tmp_path))
    first, second = vehicle.stages
    assert (vehicle.id, vehicle.name) == ("rocket", "Two stages")
    assert first.engine.thrust_vacuum_n == 1.6e6
    assert first.engine.mass_flow_kg_s == pytest.approx(1.6e6 / (9.80665 * 310), rel=1e-15)
    assert first.engine.exit_area_m2 == pytest.approx(150e3 / 101325, rel=1e-15)
    assert second.engine.exit_area_m2 == 0.0
    assert any("second.engine.exit_area_m2 = 0" in line for line in vehicle.assumptions)
    assert first.separation == EventRef("first.cutoff", 1.0)
    assert second.separation is None
    assert vehicle.body("ring").release == EventRef("first.separation", 10.0)
    assert vehicle.aero[0].table.axial.tolist() == [[0.4]]
    assert vehicle.aero[1].table.mach.tolist() == [0.0, 1.0, 5.0]
    assert vehicle.limits.max_axial_acceleration_m_s2 == 5 * 9.80665
    assert vehicle.liftoff_mass_without_payload_kg == 5000 + 90000 + 1500 + 20000 + 20
    with pytest.raises(FrozenInstanceError):
        vehicle.name = "other"


def test_a_mission_names_a_vehicle_and_a_site_beside_it(tmp_path):
    write_rocket(tmp_path)
    (tmp_path / "field.toml").write_text(
        'format = "cosmodrome-site/1"\nname = "Field"\nlatitude_deg = 45\nlongitude_deg = 90\nheight_km = 0.1\n'
        "launch_azimuth_min_deg = 30\nlaunch_azimuth_max_deg = 90\n"
    )
    mission = tmp_path / "m.toml"
    assert load_vehicle("rocket.toml", mission).stage_ids == ("first", "second")
    site = load_site("field.toml", mission)
    assert (site.name, site.height_m) == ("Field", 100.0)
    assert site.launch_azimuth_max_rad == pytest.approx(math.pi / 2, rel=1e-15)


def test_a_flow_from_burn_time_uses_what_can_be_burnt(tmp_path):
    text = LAUNCHER.replace("isp_vacuum_s = 310", "burn_time_s = 178").replace(
        'ignition = { event = "liftoff" }',
        'ignition = { event = "liftoff" }\npad_burn_s = 2\nresidual_mass_kg = 900',
    )
    first = load_vehicle(write_rocket(tmp_path, text)).stage("first")
    assert first.engine.mass_flow_kg_s == pytest.approx((90000 - 900) / 180, rel=1e-15)
    assert first.usable_propellant_kg / first.engine.mass_flow_kg_s == pytest.approx(178.0, rel=1e-14)


def test_a_flow_from_burn_time_counts_the_throttle_profile(tmp_path):
    text = LAUNCHER.replace("isp_vacuum_s = 310", "burn_time_s = 200, throttle_profile = [[100, 0.5]]")
    first = load_vehicle(write_rocket(tmp_path, text)).stage("first")
    assert first.engine.mass_flow_kg_s == pytest.approx(90000 / 150, rel=1e-15)


def test_the_fairing_is_the_files_own_or_the_one_asked_for():
    small, large = (
        load_vehicle("soyuz-2.1b").body("fairing"),
        load_vehicle("soyuz-2.1b", fairing="st").body("fairing"),
    )
    assert (small.mass_kg, large.mass_kg) == (500.0, 850.0)
    assert isinstance(small.release, Release)


def test_a_point_is_a_site():
    site = load_site(SitePoint(math.radians(28.5), 0.0, 0.0))
    assert (site.latitude_rad, site.height_m) == (math.radians(28.5), 0.0)


def test_every_combination_of_the_catalogue_loads():
    for name in catalogue_combinations():
        assert load_vehicle(name).id == name


def test_the_source_of_a_number_is_found_by_its_dotted_key():
    vehicle = load_vehicle("soyuz-2.1b")
    source = vehicle.sources["block-i.propellant_mass_kg"]
    assert source == Source(source.text, "published")
    assert "25 400" in source.text


def test_a_combination_that_never_flew_is_refused_with_the_list():
    with pytest.raises(CatalogueError, match=r"allowed: soyuz-2\.1a, soyuz-2\.1a/fregat, soyuz-2\.1a/volga"):
        load_vehicle("soyuz-2.1a/fregat-m")
    with pytest.raises(CatalogueError, match=r"soyuz-st-a alone never flew.*allowed: soyuz-st-a/fregat"):
        load_vehicle("soyuz-st-a")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("soyuz-2.1", 'there is no vehicle "soyuz-2.1" in the catalogue; did you mean "soyuz-2.1'),
        ("soyuz-2.1b/", "there is no vehicle"),
        ("soyuz-2.1b/fregatt", "no combination that exists; allowed: soyuz-2.1b"),
        ("soyuz-2.1b/alone", "no combination that exists"),
        ("", "there is no vehicle"),
    ],
)
def test_an_unknown_vehicle_is_answered_with_what_exists(name, expected):
    with pytest.raises(CatalogueError) as caught:
        load_vehicle(name)
    assert expected in str(caught.value)


def test_an_unknown_site_is_answered_with_what_exists():
    with pytest.raises(CatalogueError, match='did you mean "baikonur-31-6"'):
        load_site("baikonur")


def test_a_vehicle_outside_the_missions_folder_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    write_rocket(tmp_path)
    with pytest.raises(MissionFileError, match="leaves the folder"):
        load_vehicle("../rocket.toml", tmp_path / "in" / "m.toml")


def test_a_site_file_of_another_format_is_refused(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text('format = "cosmodrome-vehicle/1"\n')
    with pytest.raises(VehicleFileError, match="not the format of a site file"):
        load_site(path)
