"""The verb `catalogue`: a user finds what may carry what, and every number of it with its source."""

import json

import pytest

from cosmodrome.catalogue.load import catalogue_combinations, catalogue_ids
from cosmodrome.cli import main


def shown(capsys, *arguments):
    assert main(["catalogue", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_list_says_what_carries_an_upper_stage(capsys):
    assert main(["catalogue"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[0] == "soyuz-2.1b/fregat-m" for line in lines)
    (fregat_m,) = [line for line in lines if line.split()[0] == "fregat-m"]
    assert fregat_m.endswith("on soyuz-2.1b, soyuz-st-a, soyuz-st-b")


def test_every_upper_stage_is_carried_by_something(capsys):
    for stage in shown(capsys)["upper_stages"]:
        assert stage["carried_by"], stage["id"]
        for launcher in stage["carried_by"]:
            assert f"{launcher}/{stage['id']}" in catalogue_combinations()


def test_an_upper_stage_is_shown_with_its_own_numbers_only(capsys):
    record = shown(capsys, "show", "fregat-mt")
    assert (record["kind"], record["id"], record["name"]) == ("upper stage", "fregat-mt", "Fregat-MT")
    assert {n["key"].partition(".")[0] for n in record["numbers"]} == {"fregat", "interstage"}
    load = next(n for n in record["numbers"] if n["key"] == "fregat.propellant_mass_kg")
    assert (load["value"], load["confidence"]) == (7100.0, "published")
    assert record["combinations"] == ["soyuz-st-b/fregat-mt"]


def test_a_vehicle_is_shown_with_what_it_may_carry(capsys):
    record = shown(capsys, "show", "soyuz-2.1b")
    assert record["combinations"] == ["soyuz-2.1b", "soyuz-2.1b/fregat", "soyuz-2.1b/fregat-m"]
    assert main(["catalogue", "show", "soyuz-2.1b"]) == 0
    assert "May be flown as soyuz-2.1b, soyuz-2.1b/fregat" in capsys.readouterr().out


def test_a_launcher_that_never_flies_alone_is_answered_with_its_combinations(capsys):
    assert main(["catalogue", "show", "soyuz-st-b"]) == 2
    assert "allowed: soyuz-st-b/fregat, soyuz-st-b/fregat-m, soyuz-st-b/fregat-mt" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", [*catalogue_combinations(), *catalogue_ids()["upper_stages"], *catalogue_ids()["sites"]]
)
def test_everything_that_is_listed_can_be_shown(capsys, name):
    record = shown(capsys, "show", name)
    assert record["id"] == name
    assert record["numbers"]
