"""Variations: what may be varied and in which units, and one sentence for each mistake."""

import math

import pytest

from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.errors import CosmodromeError
from cosmodrome.survey.axes import put, read_axes, with_number
from tests.rockets import write_files


def test_a_range_has_both_its_ends_and_equal_steps():
    (axis,) = read_axes(["target.inclination_deg=51.7:98:10"])
    assert (axis.values[0], axis.values[-1], len(axis.values)) == (51.7, 98.0, 10)
    steps = [b - a for a, b in zip(axis.values, axis.values[1:], strict=False)]
    assert steps == pytest.approx([(98.0 - 51.7) / 9] * 9, rel=1e-12)  # rounding of sums
    assert axis.unit == "deg"


def test_a_list_is_put_into_order():
    (axis,) = read_axes(["limits.max_axial_acceleration_g=5, 4.3,4.6"])
    assert axis.values == (4.3, 4.6, 5.0)
    assert axis.unit == "g"


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([], "0 times"),
        (["target.altitude_km=200:300:2"] * 3, "3 times"),
        (["target.altitude_km"], "KEY=FROM:TO:POINTS"),
        (["=1,2"], "KEY=FROM:TO:POINTS"),
        (["target.altitude_km="], "KEY=FROM:TO:POINTS"),
        (["target.altitude_km=200:300"], "FROM:TO:POINTS"),
        (["target.altitude_km=200:300:2.5"], "whole number"),
        (["target.altitude_km=200:300:1"], "from 2"),
        (["target.altitude_km=200:300:0"], "from 2"),
        (["target.altitude_km=300:200:5"], "ascends"),
        (["target.altitude_km=200:200:5"], "ascends"),
        (["target.altitude_km=200"], "at least two"),
        (["target.altitude_km=200,200"], "twice"),
        (["target.altitude_km=200,high"], '"high"'),
        (["target.altitude_km=200:nan:3"], "finite"),
        (["target.altitude_km=200:inf:3"], "finite"),
        (["altitude_km=200:300:3"], "must name a table"),
        (["tarjet.altitude_km=200:300:3"], "target.altitude_km"),
        (["target.altitude_km=200:300:101", "target.inclination_deg=50:60:100"], "10100 points"),
        (["target.inclination_deg=50:60:3", "target.inclination_rad=0.9:1:3"], "same number"),
        (["target.altitude_km=200:300:3", "target.apogee_altitude_km=200:300:3"], "same number"),
    ],
)
def test_a_variation_that_makes_no_sense_is_one_sentence(texts, words):
    with pytest.raises(CosmodromeError, match=r".") as raised:
        read_axes(texts)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_value_takes_the_place_of_one_in_another_unit():
    (axis,) = read_axes(["target.inclination_rad=0.9,1.0"])
    data = put({"target": {"inclination_deg": 51.7, "perigee_altitude_km": 200}}, axis, 0.9)
    assert data["target"] == {"perigee_altitude_km": 200, "inclination_rad": 0.9}


def test_the_altitude_of_a_circle_sets_both_its_ends_and_nothing_else_says_its_size():
    (axis,) = read_axes(["target.altitude_m=200e3,300e3"])
    data = put(
        {"target": {"semi_major_axis_km": 6600, "eccentricity": 0.01, "inclination_deg": "sso"}}, axis, 2e5
    )
    assert data["target"] == {
        "inclination_deg": "sso",
        "perigee_altitude_m": 2e5,
        "apogee_altitude_m": 2e5,
    }


def test_the_tables_that_were_read_stay_as_they_are():
    (axis,) = read_axes(["limits.max_dynamic_pressure_kpa=30,40"])
    data = {"limits": {"max_dynamic_pressure_pa": 60e3}}
    put(data, axis, 30.0)
    assert data == {"limits": {"max_dynamic_pressure_pa": 60e3}}


def test_a_named_site_has_no_number_to_vary():
    (axis,) = read_axes(["site.latitude_deg=45,46"])
    with pytest.raises(CosmodromeError, match="vostochny-1s"):
        put({"site": "vostochny-1s"}, axis, 45.0)


@pytest.mark.parametrize(
    ("key", "value", "si_key", "si"),
    [
        ("vehicle.second.dry_mass_t", 2.5, "second.dry_mass_kg", 2500.0),
        ("vehicle.second.dry_mass_kg", 2500.0, "second.dry_mass_kg", 2500.0),
        ("vehicle.second.engine.throttle_min", 0.7, "second.engine.throttle_min", 0.7),
        ("vehicle.vertical_rise_min", 0.2, "vertical_rise_s", 12.0),
    ],
)
def test_a_number_of_the_vehicle_is_given_in_any_unit(tmp_path, key, value, si_key, si):
    write_files(tmp_path)
    vehicle = load_vehicle(tmp_path / "rocket.toml")
    (axis,) = read_axes([f"{key}={value},{2 * value}"])
    assert with_number(vehicle, axis, value).get_value(si_key) == pytest.approx(si, rel=1e-15)


def test_a_number_that_the_vehicle_does_not_have_is_refused_with_the_nearest(tmp_path):
    write_files(tmp_path)
    vehicle = load_vehicle(tmp_path / "rocket.toml")
    (axis,) = read_axes(["vehicle.second.dry_mas_kg=1,2"])
    with pytest.raises(CosmodromeError, match=r"second\.dry_mass_kg"):
        with_number(vehicle, axis, 1.0)


def test_the_points_of_a_range_are_finite_for_ends_far_apart():
    (axis,) = read_axes(["target.c3_km2_s2=1e-300:1e9:3"])
    assert all(math.isfinite(value) for value in axis.values)
