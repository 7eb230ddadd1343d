"""Every value of a whole mission file and of a whole vehicle file, replaced by every kind of wrong value."""

import copy
import datetime
import tomllib
from pathlib import Path

import pytest

from cosmodrome.catalogue import compose
from cosmodrome.catalogue.load import catalogue_part, data_folder, load_site, load_vehicle
from cosmodrome.errors import CosmodromeError
from cosmodrome.files.toml import read_toml
from cosmodrome.mission.read import mission_from_dict

MISSION = """
format = "cosmodrome-mission/1"
vehicle = "soyuz-2.1b"
epoch_utc = 2027-04-15T02:00:00Z
fairing = "st"
dispersions = "default"
[site]
latitude_deg = 45
longitude_deg = 60
height_m = { value = 100, source = "map", confidence = "estimate", sigma = 1 }
[target]
perigee_altitude_km = 500
apogee_altitude_km = 600
inclination_deg = "sso"
ltan_h = 10.5
arg_of_pericenter_deg = 90
[objective]
maximize = "margin"
payload_kg = 1200
[limits]
max_dynamic_pressure_kpa = 60
launch_azimuth_min_deg = 350
launch_azimuth_max_deg = 10
[profile]
upper_stage_burns = 2
max_coast_h = 2
[sequence]
"strap-ons.cutoff_s" = 117.7
core.cutoff_min = 4.8
[initial_state]
r_eci_km = [6378.137, 0, 0]
v_eci_m_s = [0, 465, 0]
[environment]
gravity = "zonal"
atmosphere = "us76"
j2 = 1e-3
back_pressure = false
[[stations]]
id = "pad"
latitude_deg = 45
longitude_deg = -90
[monte_carlo]
flights = 10
"""
ODD = (
    None,
    -1,
    0,
    10**17,
    1e308,
    5e-324,
    float("nan"),
    float("inf"),
    True,
    "",
    "x",
    "../x.toml",
    "a.b.c",
    "\x00\u202e",
    [],
    [[]],
    [{}],
    {},
    {"value": {}},
    {"value": -1, "sigma": 1e308},
    {"a": {"b": 1}},
    datetime.date(2027, 4, 15),
    datetime.time(1, 2),
)


def leaves(value, path=()):
    """Paths to every value of nested tables and lists, the tables themselves included."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from leaves(inner, (*path, key))


def replaced(data, path, value):
    """A copy with the value at `path` replaced, or removed when `value` is None."""
    data = copy.deepcopy(data)
    place = data
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_mission_with_an_odd_value_is_read_or_refused_in_one_sentence(odd):
    whole = tomllib.loads(MISSION)
    refused = 0
    for path in leaves(whole):
        try:
            mission = mission_from_dict(replaced(whole, path, odd), Path("case.toml"))
            load_vehicle(mission.vehicle, mission.path, mission.fairing)
            load_site(mission.site, mission.path)
        except CosmodromeError as problem:
            refused += 1
            assert "\n" not in str(problem)
            assert len(str(problem)) < 600
    assert refused >= 4  # at least format, vehicle, site and target cannot be just anything


@pytest.mark.parametrize("name", ["soyuz-2.1a", "soyuz-2.1b"])  # a whole file, and one that rests on it
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_vehicle_with_an_odd_value_is_read_or_refused_in_one_sentence(odd, name, monkeypatch):
    changed_path = data_folder() / "vehicles" / f"{name}.toml"
    whole = tomllib.loads(changed_path.read_text(encoding="utf-8"))
    refused = 0
    for place in leaves(whole):
        if place[-1] in ("source", "confidence"):
            continue  # half of the leaves, all alike, and tried in the mission above
        changed = replaced(whole, place, odd)
        monkeypatch.setattr(
            compose,
            "read_toml",
            lambda path, error, changed=changed: changed if path == changed_path else read_toml(path, error),
        )
        try:
            compose.make_vehicle(catalogue_part("vehicles", name))
        except CosmodromeError as problem:
            refused += 1
            assert "\n" not in str(problem)
            assert len(str(problem)) < 600
    assert refused >= 4
