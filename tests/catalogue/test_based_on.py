"""Files that rest on others: what is taken over, what is replaced, and how the chain is bounded."""

import pytest

from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.catalogue.schema import EventRef
from cosmodrome.errors import VehicleFileError
from cosmodrome.files.sources import Source
from tests.catalogue.launchers import FAIRINGS, LAUNCHER, write_rocket

HEAD = 'format = "cosmodrome-vehicle/1"\nbased_on = "rocket.toml"\n'
SOURCED = LAUNCHER.replace('id = "second"', 'id = "second"\nsource = "maker"\nconfidence = "published"')


def load(folder, own, launcher=LAUNCHER):
    write_rocket(folder, launcher)
    path = folder / "child.toml"
    path.write_text(own if own.startswith("format") else HEAD + own)
    return load_vehicle(path)


def test_a_file_that_states_nothing_is_the_other_under_its_own_name(tmp_path):
    child, rocket = load(tmp_path, ""), load_vehicle(write_rocket(tmp_path))
    assert (child.id, child.name) == ("child", "child")
    assert (child.stages, child.bodies, child.limits) == (rocket.stages, rocket.bodies, rocket.limits)
    assert child.aero[1].table.axial.tolist() == rocket.aero[1].table.axial.tolist()


def test_a_key_replaces_in_another_unit_too(tmp_path):
    child = load(tmp_path, "guidance_reserve_t = 0.03\n[limits]\nfairing_heat_flux_w_m2 = 900\n")
    assert (child.guidance_reserve_kg, child.adapter_mass_kg) == (30.0, 20.0)
    # [limits] is replaced whole: the other file's acceleration is gone.
    assert (child.limits.fairing_heat_flux_w_m2, child.limits.max_axial_acceleration_m_s2) == (900.0, None)


def test_a_stage_of_the_same_id_rests_on_the_others(tmp_path):
    child = load(tmp_path, '[[stages]]\nid = "first"\n[[stages]]\nid = "second"\ndry_mass_t = 1.7\n')
    rocket = load_vehicle(write_rocket(tmp_path))
    assert child.stage("first") == rocket.stage("first")
    second = child.stage("second")
    assert (second.dry_mass_kg, second.propellant_mass_kg) == (1700.0, 20000.0)
    assert second.engine == rocket.stage("second").engine


def test_stages_that_are_stated_are_all_there_are(tmp_path):
    own = 'bodies = []\n[[aero]]\nreference_area_m2 = 1\ndrag_coefficient = 0\n[[stages]]\nid = "second"\nnumber = 1\n'
    child = load(tmp_path, own + 'ignition = { event = "liftoff" }\n')
    assert (child.stage_ids, child.body_ids) == (("second",), ())
    assert child.stage("second").ignition == EventRef("liftoff")


def test_numbers_taken_over_keep_their_sources(tmp_path):
    stated = 'id = "second"\nsource = "me"\nconfidence = "estimate"\ndry_mass_kg = 1700\n'
    own = f'[[stages]]\nid = "first"\n[[stages]]\n{stated}'
    child = load(tmp_path, own, SOURCED)
    assert child.sources["second.dry_mass_kg"] == Source("me", "estimate")
    assert child.sources["second.propellant_mass_kg"] == Source("maker", "published")
    assert child.sources["second.engine.thrust_vacuum_n"] == Source("maker", "published")


def test_a_source_for_a_whole_file_stays_with_that_files_numbers(tmp_path):
    launcher = LAUNCHER.replace('name = "Two', 'source = "maker"\nconfidence = "published"\nname = "Two')
    child = load(tmp_path, 'source = "me"\nconfidence = "estimate"\nadapter_mass_kg = 21\n', launcher)
    assert child.sources["adapter_mass_kg"] == Source("me", "estimate")
    assert child.sources["guidance_reserve_kg"] == Source("maker", "published")
    assert child.sources["first.dry_mass_kg"] == Source("maker", "published")


def test_fairings_that_are_stated_are_all_there_are(tmp_path):
    launcher = LAUNCHER.replace('name = "Two', 'fairing = "short"\nname = "Two') + FAIRINGS
    child = load(tmp_path, 'fairing = "long"\n[fairings.long]\nmass_kg = 550\n', launcher)
    fairing = child.body("fairing")
    assert (fairing.mass_kg, fairing.count) == (550.0, 2)
    with pytest.raises(VehicleFileError, match="allowed: long"):
        load(tmp_path, "[fairings.long]\n", launcher)


def test_a_fairing_brings_its_own_aerodynamics(tmp_path):
    launcher = LAUNCHER.replace('name = "Two', 'fairing = "long"\nname = "Two') + FAIRINGS
    wide = launcher + '[[fairings.long.aero]]\nreference_area_m2 = 30\ndrag_table = "drag.csv"\n'
    assert [a.reference_area_m2 for a in load(tmp_path, "", wide).aero] == [30.0]
    path = write_rocket(tmp_path, wide.replace('fairing = "long"', 'fairing = "short"'))
    assert [a.reference_area_m2 for a in load_vehicle(path).aero] == [10.0, 8.0]


def test_a_file_may_rest_on_the_catalogue(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'format = "cosmodrome-vehicle/1"\nname = "Mine"\nbased_on = "soyuz-2.1b"\nadapter_mass_kg = 150\n'
    )
    mine, soyuz = load_vehicle(tmp_path / "mine.toml"), load_vehicle("soyuz-2.1b")
    assert (mine.name, mine.adapter_mass_kg, mine.stages) == ("Mine", 150.0, soyuz.stages)
    assert mine.aero[0].table.axial.tolist() == soyuz.aero[0].table.axial.tolist()
    assert load_vehicle("mine.toml/fregat-m", tmp_path / "m.toml").stage_ids[-1] == "fregat"


@pytest.mark.parametrize(
    ("based_on", "expected"),
    [
        ('"soyuz-2.1c"', 'based_on = "soyuz-2.1c" names no file of the catalogue; did you mean "soyuz-2.1'),
        ('"rockets.toml"', "names a file that does not exist"),
        ('"../rocket.toml"', "leaves the folder"),
        ("7", "must be an id of the catalogue or a .toml file"),
        ('"child.toml"', "closes a circle: child.toml rests on child.toml"),
    ],
)
def test_what_it_rests_on_must_exist_once(tmp_path, based_on, expected):
    with pytest.raises(VehicleFileError) as caught:
        load(tmp_path, f'format = "cosmodrome-vehicle/1"\nbased_on = {based_on}\n')
    assert expected in str(caught.value)
    assert str(caught.value).startswith("child.toml: ")


def test_a_long_chain_is_refused(tmp_path):
    write_rocket(tmp_path)
    below = "rocket"
    for i in range(1, 6):
        (tmp_path / f"link-{i}.toml").write_text(HEAD.replace("rocket", below))
        below = f"link-{i}"
    assert load_vehicle(tmp_path / "link-4.toml").stage_ids == ("first", "second")
    with pytest.raises(VehicleFileError, match="at most 4 may lie below one"):
        load_vehicle(tmp_path / "link-5.toml")


def test_a_mistake_of_the_other_file_is_told_as_that_files(tmp_path):
    with pytest.raises(VehicleFileError) as caught:
        load(tmp_path, 'name = "Mine"\n', LAUNCHER.replace("dry_mass_kg = 5000", "dry_mass_kg = -5"))
    assert str(caught.value).startswith("rocket.toml: first.dry_mass_kg = -5")
