"""One number of a vehicle at a time: what changes, and what stays."""

import pytest

from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.errors import CatalogueError


@pytest.fixture(scope="module")
def soyuz():
    return load_vehicle("soyuz-2.1b")


def test_every_key_can_be_read_and_written_back_unchanged(soyuz):
    for key in soyuz.numeric_keys:
        value = soyuz.get_value(key)
        if key.endswith("isp_vacuum_s"):
            assert soyuz.with_value(key, value).get_value(key) == pytest.approx(value, rel=1e-15)
        else:
            assert soyuz.with_value(key, value) == soyuz, key


def test_every_key_takes_another_value(soyuz):
    for key in soyuz.numeric_keys:
        value = 1.25 * soyuz.get_value(key) + 0.5
        assert soyuz.with_value(key, value).get_value(key) == pytest.approx(value, rel=1e-15), key


def test_a_specific_impulse_changes_thrust_and_keeps_the_flow(soyuz):
    before, after = (
        v.stage("block-i").engine for v in (soyuz, soyuz.with_value("block-i.engine.isp_vacuum_s", 360.0))
    )
    assert after.mass_flow_kg_s == before.mass_flow_kg_s
    assert after.thrust_vacuum_n == pytest.approx(before.thrust_vacuum_n * 360.0 / 359.0, rel=1e-14)


def test_a_thrust_changes_flow_and_keeps_the_specific_impulse(soyuz):
    changed = soyuz.with_value("core.engine.thrust_vacuum_n", 1e6)
    before, after = soyuz.stage("core").engine, changed.stage("core").engine
    assert after.isp_vacuum_s == pytest.approx(before.isp_vacuum_s, rel=1e-14)
    assert after.exit_area_m2 == before.exit_area_m2


def test_a_kilogram_of_dry_mass_is_a_kilogram_per_unit_on_the_pad(soyuz):
    heavier = soyuz.with_value("strap-ons.dry_mass_kg", soyuz.get_value("strap-ons.dry_mass_kg") + 1.0)
    gain = heavier.liftoff_mass_without_payload_kg - soyuz.liftoff_mass_without_payload_kg
    assert gain == pytest.approx(4.0, abs=1e-9)


def test_a_body_counted_in_a_stage_changes_nothing_on_the_pad(soyuz):
    changed = soyuz.with_value("aft-skirt.mass_kg", 500.0)
    assert changed.liftoff_mass_without_payload_kg == soyuz.liftoff_mass_without_payload_kg
    heavier = soyuz.with_value("fairing.mass_kg", soyuz.get_value("fairing.mass_kg") + 1.0)
    gain = heavier.liftoff_mass_without_payload_kg - soyuz.liftoff_mass_without_payload_kg
    assert gain == pytest.approx(2.0, abs=1e-9)  # two halves


def test_only_the_named_number_changes(soyuz):
    changed = soyuz.with_value("block-i.dry_mass_kg", 2400.0)
    assert changed.stages[:2] == soyuz.stages[:2]
    assert (changed.bodies, changed.aero, changed.limits) == (soyuz.bodies, soyuz.aero, soyuz.limits)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("block-i.dry_mas_kg", 1.0, 'did you mean "block-i.dry_mass_kg"'),
        ("block-j.dry_mass_kg", 1.0, "is no number of vehicle soyuz-2.1b"),
        ("block-i.name", 1.0, "is no number"),
        ("block-i.dry_mass_kg", -1.0, "zero or more"),
        ("block-i.dry_mass_kg", float("nan"), "finite"),
        ("block-i.engine.mass_flow_kg_s", 0.0, "above zero"),
    ],
)
def test_a_wrong_key_or_value_is_one_sentence(soyuz, key, value, expected):
    with pytest.raises(CatalogueError) as caught:
        soyuz.with_value(key, value)
    assert expected in str(caught.value)


def test_a_throttle_profile_holds_each_step_to_the_next(soyuz):
    engine = soyuz.stage("strap-ons").engine
    assert engine.full_flow_seconds(100.0) == 100.0
    assert engine.full_flow_seconds(117.7) == pytest.approx(112.0 + 0.81 * 5.7, rel=1e-14)
    assert engine.full_flow_seconds(0.0) == 0.0
