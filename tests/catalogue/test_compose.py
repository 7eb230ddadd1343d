"""Launcher plus upper stage: what comes from which file, and what a configuration changes."""

import pytest

from cosmodrome.catalogue.compose import make_vehicle
from cosmodrome.catalogue.load import load_part
from cosmodrome.catalogue.schema import EventRef
from cosmodrome.errors import CatalogueError, VehicleFileError
from cosmodrome.files.sources import Source
from tests.catalogue.launchers import CONFIGURATIONS, FAIRINGS, LAUNCHER, TUG, write_rocket

WHOLE = LAUNCHER.replace('name = "Two', 'fairing = "short"\nname = "Two') + FAIRINGS + CONFIGURATIONS


def parts(folder, launcher=WHOLE, tug=TUG):
    path = write_rocket(folder, launcher)
    (folder / "tug.toml").write_text(tug)
    return load_part(path), load_part(folder / "tug.toml")


def test_the_upper_stage_stands_on_top_and_keeps_the_payload(tmp_path):
    vehicle = make_vehicle(*parts(tmp_path))
    assert (vehicle.id, vehicle.name) == ("rocket/tug", "Two stages / Tug")
    assert vehicle.stage_ids == ("first", "second", "tug")
    assert vehicle.stage("second").separation == EventRef("second.cutoff", 3.0)
    assert vehicle.last_stage.separation is None
    assert (vehicle.last_stage.number, vehicle.last_stage.burns) == (3, 7)
    assert vehicle.body_ids == ("ring", "tank", "bay", "fairing")


def test_the_configuration_changes_fairing_adapter_and_limits(tmp_path):
    vehicle = make_vehicle(*parts(tmp_path))
    assert vehicle.body("fairing").mass_kg == 500.0
    assert vehicle.adapter_mass_kg == 77.0
    assert vehicle.sources["adapter_mass_kg"] == Source("drawing")
    assert vehicle.limits.max_axial_acceleration_m_s2 == 4 * 9.80665


def test_the_reserve_is_the_upper_stages_and_the_vertical_rise_the_launchers(tmp_path):
    vehicle = make_vehicle(*parts(tmp_path))
    assert (vehicle.guidance_reserve_kg, vehicle.vertical_rise_s) == (33.0, 5.0)
    assert vehicle.sources["guidance_reserve_kg"] == Source("tug manual")


def test_alone_the_launcher_keeps_its_own(tmp_path):
    launcher, _ = parts(tmp_path)
    vehicle = make_vehicle(launcher)
    assert (vehicle.guidance_reserve_kg, vehicle.adapter_mass_kg) == (10.0, 20.0)
    assert vehicle.body("fairing").mass_kg == 300.0
    assert vehicle.last_stage.separation is None
    assert any("second.separation is not used" in line for line in vehicle.assumptions)


def test_the_missions_fairing_wins(tmp_path):
    assert make_vehicle(*parts(tmp_path), fairing="short").body("fairing").mass_kg == 300.0


def test_masses_of_the_stack_are_the_sum_of_its_parts(tmp_path):
    vehicle = make_vehicle(*parts(tmp_path))
    stages = 5000 + 90000 + 1500 + 20000 + 900 + 5000
    assert vehicle.liftoff_mass_without_payload_kg == stages + 200 + 2 * 500 + 77


def test_a_combination_that_is_not_listed_is_refused_with_the_list(tmp_path):
    only_tug = WHOLE.replace("[configurations.alone]\n", "")
    launcher, tug = parts(tmp_path, only_tug)
    with pytest.raises(CatalogueError, match=r"rocket alone never flew.*allowed: rocket/tug"):
        make_vehicle(launcher)
    launcher, tug = parts(tmp_path, LAUNCHER)
    with pytest.raises(CatalogueError, match=r"rocket with tug never flew.*allowed: rocket"):
        make_vehicle(launcher, tug)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('fairing = "short"\n', "", "fairing is missing"),
        ('fairing = "short"', 'fairing = "wide"', "allowed: short, long"),
        ("\nmass_kg = 500\n", "\nmass_kg = -500\n", "fairing.mass_kg = -500 must be above 0"),
        ("[configurations.tug]", "[configurations.tug]\nfaring = 1", 'did you mean "fairing"'),
        ('id = "bay"', 'id = "ring"', "is used twice"),
    ],
)
def test_a_wrong_alternative_is_one_sentence(tmp_path, old, new, expected):
    assert old in WHOLE
    launcher, tug = parts(tmp_path, WHOLE.replace(old, new))
    with pytest.raises(VehicleFileError) as caught:
        make_vehicle(launcher, tug if "short" not in old else None)
    assert expected in str(caught.value)


def test_an_upper_stage_that_waits_for_a_missing_stage_is_refused(tmp_path):
    launcher, tug = parts(tmp_path, tug=TUG.replace('"second.separation"', '"third.separation"'))
    with pytest.raises(VehicleFileError, match="names no stage of this vehicle"):
        make_vehicle(launcher, tug)
