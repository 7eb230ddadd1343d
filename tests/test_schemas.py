"""JSON Schemas: valid themselves, equal to the readers, and true of every file that is committed."""

import copy
import datetime
import json
import tomllib
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from tools.write_schemas import schema_files

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "src" / "cosmodrome" / "catalogue"
NAMES = ("mission", "vehicle", "site", "result", "error", "validation", "performance")


def schema(name):
    text = (
        resources.files("cosmodrome").joinpath("schemas", f"{name}.schema.json").read_text(encoding="utf-8")
    )
    return json.loads(text)


def check(name, data):
    jsonschema.Draft202012Validator(schema(name)).validate(data)


def plain(value):
    """TOML data as JSON has it: dates as text."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("file_name", sorted(schema_files()))
def test_the_committed_schema_is_what_the_readers_say(file_name):
    committed = resources.files("cosmodrome").joinpath("schemas", file_name).read_text(encoding="utf-8")
    assert json.loads(committed) == json.loads(schema_files()[file_name])


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.toml")), ids=lambda p: p.stem)
def test_every_example_keeps_the_schema(path):
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    check("vehicle" if data["format"].startswith("cosmodrome-vehicle") else "mission", plain(data))


@pytest.mark.parametrize(
    "path",
    sorted([*CATALOGUE.glob("vehicles/*.toml"), *CATALOGUE.glob("upper_stages/*.toml")]),
    ids=lambda p: p.stem,
)
def test_every_vehicle_of_the_catalogue_keeps_the_schema(path):
    check("vehicle", plain(tomllib.loads(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("sites/*.toml")), ids=lambda p: p.stem)
def test_every_site_of_the_catalogue_keeps_the_schema(path):
    check("site", plain(tomllib.loads(path.read_text(encoding="utf-8"))))


SMALLEST = {
    "format": "cosmodrome-mission/1",
    "vehicle": "v",
    "site": "s",
    "target": {"perigee_altitude_km": 200, "apogee_altitude_km": 200},
}


@pytest.mark.parametrize(
    "change",
    [
        {"format": "cosmodrome-mission/2"},
        {"colour": "red"},
        {"target": {"perigee_altitud_km": 200}},
        {"target": {"perigee_altitude_km": "200"}},
        {"objective": {"maximize": "payloads"}},
        {"limits": {"max_axial_acceleration_g": {"value": 4, "confidence": "sure"}}},
        {"environment": {"atmosphere": "us72"}},
    ],
)
def test_the_mission_schema_refuses_what_the_reader_refuses(change):
    check("mission", SMALLEST)
    with pytest.raises(jsonschema.ValidationError):
        check("mission", SMALLEST | change)


def test_the_vehicle_schema_needs_the_masses_of_a_stage():
    data = tomllib.loads((CATALOGUE / "vehicles" / "delta-iii.toml").read_text(encoding="utf-8"))
    del data["stages"][0]["dry_mass_kg"]
    with pytest.raises(jsonschema.ValidationError):
        check("vehicle", data)


# One object in the words of the contract, every key there once.
RESULT = {
    "format": "cosmodrome-result/1",
    "status": "verified",
    "liftoff_utc": None,
    "payload_kg": 7000.0,
    "margin_kg": 0.0,
    "final_mass_kg": 9000.0,
    "liftoff_mass_kg": 309e3,
    "insertion": {
        "t_s": 560.0,
        "r_eci_m": [6.6e6, 0, 0],
        "v_eci_m_s": [0, 7.8e3, 0],
        "semi_major_axis_m": 6.6e6,
        "eccentricity": 0,
        "inclination_deg": 51.7,
        "ra_of_asc_node_deg": 0,
        "arg_of_pericenter_deg": None,
        "perigee_altitude_m": 2e5,
        "apogee_altitude_m": 2.4e5,
        "c3_m2_s2": -6e7,
    },
    "events": [
        {
            "code": code,
            "subject": "core",
            "name": "Core",
            "t_s": 0,
            "altitude_m": 0,
            "latitude_deg": 0,
            "longitude_deg": 0,
            "downrange_m": 0,
            "speed_relative_m_s": 0,
            "speed_inertial_m_s": 0,
            "flight_path_angle_deg": 0,
            "mass_kg": 0,
            "dynamic_pressure_pa": 0,
            "axial_acceleration_g": 0,
        }
        for code in ("LIFTOFF", "BOOSTER_SEP", "STAGE_3_IGNITION", "BURN_1_END", "PAYLOAD_SEP")
    ],
    "burns": [
        {"stage": "block-i", "t_start_s": 286, "duration_s": 270, "propellant_kg": 2e4, "delta_v_m_s": 4e3}
    ],
    "stages": [{"id": "core", "usable_propellant_left_kg": 200}],
    "delta_v_m_s": {
        "gain": 300,
        "ideal": 9e3,
        "pressure_loss": 100,
        "steering_loss": 100,
        "drag_loss": 50,
        "gravity_loss": 1e3,
    },
    "exchange_kg": [{"of": "block-i.dry_mass_kg", "per": "kg", "payload": -1}],
    "limits": [
        {"name": "max_q_alpha_pa_rad", "limit": 5e3, "peak": 4e3, "t_s": 60, "active": False, "multiplier": 0}
    ],
    "drop_points": [
        {"body": "strap-ons", "latitude_deg": 52, "longitude_deg": 130, "downrange_m": 35e4, "t_s": 400}
    ],
    "verification": {
        "position_gap_m": 1,
        "velocity_gap_m_s": 0.01,
        "payload_gap_kg": 0.1,
        "starts_agree": True,
        "second_payload_kg": 7000,
        "refinements": 1,
    },
    "diagnosis": {
        "code": "insufficient-delta-v",
        "message": "short by 227 m/s",
        "shortfall_m_s": 227,
        "key": None,
        "nearest_feasible": {"key": "objective.payload_kg", "value": 1, "unit": "kg", "payload_kg": 1},
    },
    "assumptions": ["x"],
    "manifest": {"version": "0.1.0", "inputs_sha256": "0" * 64},
    "timing_s": {
        "import": 0,
        "guess": 0,
        "build": 0,
        "solve": 0,
        "verify": 0,
        "second_start": None,
        "total": 0,
    },
}


def test_a_result_in_the_words_of_the_contract_keeps_the_schema():
    check("result", RESULT)


@pytest.mark.parametrize("key", sorted(RESULT))
def test_every_key_of_a_result_is_always_there(key):
    lacking = {k: v for k, v in RESULT.items() if k != key}
    with pytest.raises(jsonschema.ValidationError):
        check("result", lacking)


def test_a_result_has_no_event_of_another_name():
    wrong = copy.deepcopy(RESULT)
    wrong["events"][0]["code"] = "LANDING"
    with pytest.raises(jsonschema.ValidationError):
        check("result", wrong)


def test_an_error_and_a_validation_keep_their_schemas():
    check(
        "error",
        {
            "format": "cosmodrome-error/1",
            "error": "MissionFileError",
            "file": "a.toml",
            "key": "target",
            "value": None,
            "allowed": None,
            "message": "a.toml: target is missing",
        },
    )
    check(
        "validation",
        {
            "format": "cosmodrome-validation/1",
            "rows": [
                {
                    "id": "delta-iii.final_mass",
                    "name": "final mass",
                    "source": "Benson (2005)",
                    "unit": "kg",
                    "reference": 7529.7123,
                    "ours": 7529.712,
                    "difference": 0.0003,
                    "tolerance": 0.01,
                    "verdict": "pass",
                }
            ],
        },
    )
