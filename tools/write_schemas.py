"""Writes the JSON Schemas of mission, vehicle and site files from the shapes that the readers use.

    python tools/write_schemas.py

A test compares the committed files with what this makes, so that schemas and readers cannot drift apart.  The
schemas of our own outputs (result, error, validation) are written by hand.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cosmodrome.catalogue import compose, lint_flown, load, stages
from cosmodrome.files.reader import Shape
from cosmodrome.files.sources import CONFIDENCES
from cosmodrome.files.units import quantity
from cosmodrome.mission import read, settings, target

SCHEMAS = Path(__file__).parents[1] / "src" / "cosmodrome" / "schemas"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
NUMBER = {"$ref": "#/$defs/number"}
TEXT = {"type": "string", "minLength": 1}
ID = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"}
STAGE_NEEDS = ("role", "dry_mass_kg", "propellant_mass_kg", "ignition", "cutoff", "engine")
PIECE_NEEDS = ("mass_kg", "release")
SOURCED = {"type": "object", "required": ["value"]}
DEFINITIONS: dict[str, Any] = {
    "confidence": {"enum": list(CONFIDENCES)},
    "number": {
        "description": "N, or a table with the number and where it comes from",
        "anyOf": [
            {"type": "number"},
            {
                "type": "object",
                "properties": {
                    "value": {"type": "number"},
                    "source": TEXT,
                    "confidence": {"$ref": "#/$defs/confidence"},
                    "sigma": {"type": "number", "minimum": 0},
                },
                "required": ["value"],
                "additionalProperties": False,
            },
        ],
    },
}


def table(shape: Shape, others: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The schema of a table: every unit of every quantity, plain numbers, and the `others` described."""
    missing = set(shape.others) - set(others)
    if missing:
        raise ValueError(f"no schema for {sorted(missing)}")
    properties: dict[str, Any] = {"source": TEXT, "confidence": {"$ref": "#/$defs/confidence"}}
    for usual in shape.quantities:
        for key in quantity(usual).keys:
            properties[key] = others.get(usual, NUMBER)
    properties |= {key: others.get(key, NUMBER) for key in shape.plain}
    properties |= {key: others[key] for key in shape.others}
    return {"type": "object", "properties": properties, "additionalProperties": False} | needs(
        shape, required
    )


def needs(shape: Shape, required: tuple[str, ...]) -> dict[str, Any]:
    """What a table must have, a quantity in any of its units."""
    always = [key for key in required if key not in shape.quantities]
    units = [
        {"anyOf": [{"required": [key]} for key in quantity(usual).keys]}
        for usual in required
        if usual in shape.quantities
    ]
    return ({"required": always} if always else {}) | ({"allOf": units} if units else {})


def words(allowed: tuple[str, ...]) -> dict[str, Any]:
    """One of these words."""
    return {"enum": list(allowed)}


def array(items: dict[str, Any]) -> dict[str, Any]:
    """A list of these."""
    return {"type": "array", "items": items}


def document(title: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A whole schema."""
    return {"$schema": DRAFT, "title": title, **schema, "$defs": DEFINITIONS}


def mission_schema() -> dict[str, Any]:
    """Schema of a mission file, dates as the text that TOML writes."""
    vector = array({"type": "number"}) | {"minItems": 3, "maxItems": 3}
    model = {"anyOf": [words(settings.ATMOSPHERES), {"type": "string", "pattern": "[.][cC][sS][vV]$"}]}
    wind = {"anyOf": [words(settings.WINDS), {"type": "string", "pattern": "[.][cC][sS][vV]$"}]}
    files = {"anyOf": [TEXT, array(TEXT)]}
    point = table(read.SITE_POINT, {}, ("latitude_deg", "longitude_deg"))
    others = {
        "format": {"const": read.FORMAT},
        "name": TEXT,
        "vehicle": TEXT,
        "site": {"anyOf": [TEXT, point]},
        "epoch_utc": {"type": "string", "description": "lift-off instant with a zone"},
        "launch_date_utc": {"type": "string", "description": "a day, lift-off time free"},
        "fairing": TEXT,
        "target": table(target.TARGET, {"inclination_deg": {"anyOf": [NUMBER, {"const": "sso"}]}}),
        "objective": table(settings.OBJECTIVE, {"maximize": words(settings.OBJECTIVES)}),
        "limits": table(settings.LIMITS, {}),
        "profile": table(
            settings.PROFILE,
            {
                "upper_stage_burns": {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1}]},
                "launch_direction": words(settings.DIRECTIONS),
                "attitude_program": TEXT,
            },
        ),
        "sequence": {"type": "object", "description": '"<id>.cutoff_s" and its like, or nested by id'},
        "initial_state": table(settings.INITIAL_STATE, {"r_eci_m": vector, "v_eci_m_s": vector}),
        "environment": table(
            settings.ENVIRONMENT,
            {
                "gravity": words(settings.GRAVITIES),
                "earth": words(settings.EARTHS),
                "atmosphere": model,
                "wind": wind,
                "back_pressure": {"type": "boolean"},
            },
        ),
        "stations": array(table(settings.STATION, {"id": ID}, ("id", "latitude_deg", "longitude_deg"))),
        "range": table(settings.RANGE, {"allowed_areas": files, "keep_out_areas": files}),
        "dispersions": {"anyOf": [{"const": "default"}, {"type": "object"}]},
        "monte_carlo": table(settings.MONTE_CARLO, {}),
    }
    return document(
        "Cosmodrome mission", table(read.MISSION, others, ("format", "vehicle", "site", "target"))
    )


def vehicle_schema() -> dict[str, Any]:
    """Schema of a vehicle or upper-stage file."""
    event = table(stages.EVENT_REF, {"event": TEXT}, ("event",))
    release = table(stages.RELEASE, {"event": TEXT, "rule": words(stages.RELEASE_RULES)})
    profile = array(array({"type": "number"}) | {"minItems": 2, "maxItems": 2})
    engine = table(stages.ENGINE, {"throttle_profile": {"anyOf": [profile, SOURCED]}}, ("thrust_vacuum_n",))
    stage = table(
        stages.STAGE,
        {
            "id": ID,
            "name": TEXT,
            "role": words(stages.ROLES),
            "ignition": event,
            "cutoff": table(stages.CUTOFF, {"rule": words(stages.CUTOFF_RULES)}, ("rule",)),
            "separation": event,
            "engine": engine,
            "attitude_convention": TEXT,
            "accept": TEXT,
        },
        ("id",),
    )
    piece = {"id": ID, "name": TEXT, "in_dry_mass_of": ID, "release": release}
    body = table(stages.BODY, piece, ("id",))
    aero = table(
        stages.AERO,
        {"until": TEXT, "axes": words(stages.AXES), "drag_table": {"anyOf": [TEXT, SOURCED]}},
        ("reference_area_m2",),
    )
    whole_body = {"allOf": [body, needs(stages.BODY, PIECE_NEEDS)]}
    limits = table(settings.LIMITS, {})
    configuration = table(
        compose.CONFIGURATION,
        {"fairing": TEXT, "limits": limits, "aero": array(aero), "bodies": array(whole_body)},
    )
    others = {
        "format": {"const": compose.FORMAT},
        "name": TEXT,
        "based_on": TEXT,
        "limits": limits,
        "aero": array(aero),
        "stages": array(stage) | {"minItems": 1},
        "bodies": array(body),
        "fairing": TEXT,
        "fairings": {
            "type": "object",
            "additionalProperties": table(stages.FAIRING, piece | {"aero": array(aero)}),
        },
        "configurations": {"type": "object", "additionalProperties": configuration},
        "flown": array(
            table(
                lint_flown.FLOWN,
                {"name": TEXT, "upper_stage": ID, "site": ID},
                ("name", "perigee_altitude_km", "apogee_altitude_km", "inclination_deg"),
            )
        ),
    }
    # A file that rests on another one may leave out whatever that one states.
    complete = {
        "required": ["stages"],
        "properties": {
            "stages": array(needs(stages.STAGE, STAGE_NEEDS)),
            "bodies": array(needs(stages.BODY, PIECE_NEEDS)),
            "fairings": {"additionalProperties": needs(stages.FAIRING, PIECE_NEEDS)},
        },
    }
    schema = table(compose.VEHICLE, others, ("format",))
    return document("Cosmodrome vehicle", schema | {"if": {"required": ["based_on"]}, "else": complete})


def site_schema() -> dict[str, Any]:
    """Schema of a site file."""
    angles = array({"type": "number", "minimum": 0, "maximum": 180})
    flown = {"anyOf": [angles, SOURCED]}
    others = {"format": {"const": load.SITE_FORMAT}, "name": TEXT, "inclinations_flown_deg": flown}
    required = ("format", "latitude_deg", "longitude_deg", "height_m")
    return document("Cosmodrome site", table(load.SITE, others, required))


def schema_files() -> dict[str, str]:
    """The text of each generated schema, by file name."""
    made = {"mission": mission_schema(), "vehicle": vehicle_schema(), "site": site_schema()}
    return {f"{name}.schema.json": json.dumps(schema, indent=1) + "\n" for name, schema in made.items()}


if __name__ == "__main__":
    for file_name, text in schema_files().items():
        (SCHEMAS / file_name).write_text(text, encoding="utf-8")
