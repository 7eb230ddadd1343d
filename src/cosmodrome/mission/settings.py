"""Parts of a mission file beside its target: objective, limits, profile, world, start, sequence, range."""

from __future__ import annotations

import difflib
import math
import re
from pathlib import Path
from typing import Any

from cosmodrome.files.reader import Shape, Table
from cosmodrome.files.tables import read_atmosphere_table, read_attitude_table, read_wind_table
from cosmodrome.files.toml import file_beside
from cosmodrome.files.units import quantity
from cosmodrome.mission.schema import (
    DEFAULT_MASK_RAD,
    DEFAULT_MAX_COAST_S,
    EnvironmentSettings,
    InitialState,
    Limits,
    MonteCarlo,
    Objective,
    Profile,
    RangeSettings,
    Station,
)

OBJECTIVES = ("payload", "margin", "final_mass")
DIRECTIONS = ("auto", "ascending", "descending")
GRAVITIES = ("j2", "point-mass", "zonal")
EARTHS = ("wgs84", "sphere")
ATMOSPHERES = ("us76", "exponential", "none")
WINDS = ("none",)
SEQUENCE_EVENTS = ("ignition", "cutoff", "separation", "release")
MOST_BURNS = 20
LONGEST_RISE_S = 120.0
HEAVIEST_PAYLOAD_KG = 1e8  # as heavy as a stage may be; what cannot rise is told by the planner
LONGEST_COAST_S = 30 * 86400.0
FARTHEST_START_M = 1e9  # the Earth's sphere of influence ends near 925 000 km
FASTEST_START_M_S = 1e5  # several times what any launcher has reached

OBJECTIVE = Shape(quantities=("payload_kg",), others=("maximize",))
LIMITS = Shape(
    quantities=(
        "max_dynamic_pressure_pa",
        "max_q_alpha_pa_rad",
        "max_axial_acceleration_g",
        "fairing_heat_flux_w_m2",
        "min_coast_altitude_km",
        "launch_azimuth_min_deg",
        "launch_azimuth_max_deg",
    )
)
PROFILE = Shape(
    quantities=("vertical_rise_s", "max_coast_s", "separation_delay_s"),
    others=("upper_stage_burns", "launch_direction", "attitude_program"),
)
ENVIRONMENT = Shape(
    quantities=("mu_m3_s2", "equatorial_radius_m", "rotation_rad_s", "rho0_kg_m3", "scale_height_m"),
    plain=("j2",),
    others=("gravity", "earth", "atmosphere", "wind", "back_pressure"),
)
_INERTIAL = ("r_eci_m", "v_eci_m_s")
_RELATIVE = (
    "altitude_m",
    "latitude_deg",
    "longitude_deg",
    "speed_relative_m_s",
    "flight_path_angle_deg",
    "azimuth_deg",
)
INITIAL_STATE = Shape(quantities=("t_s", *_INERTIAL, *_RELATIVE))
STATION = Shape(quantities=("latitude_deg", "longitude_deg", "height_m", "mask_deg"), others=("id",))
RANGE = Shape(others=("allowed_areas", "keep_out_areas"))
MONTE_CARLO = Shape(plain=("flights", "seed"))
_SEQUENCE_KEY = re.compile(r"([A-Za-z0-9_-]+)\.([a-z]+)_([a-z]+)")


def read_objective(table: Table) -> Objective:
    """What is maximised, and for which payload."""
    if not table.data:
        table.assume('objective.maximize = "payload" (default)')
    maximize = table.choice("maximize", OBJECTIVES, "payload")
    payload_kg = table.number("payload_kg", None, at_least=0.0, at_most=HEAVIEST_PAYLOAD_KG)
    if maximize != "payload" and payload_kg is None:
        raise table.error(
            f'is missing; maximize = "{maximize}" needs the payload that is carried',
            file=table.file,
            key=table.dotted("payload_kg"),
        )
    if maximize == "payload" and payload_kg is not None:
        raise table.wrong(
            "payload_kg",
            'contradicts maximize = "payload"; leave it out, or maximise "margin" or "final_mass" for it',
        )
    return Objective(maximize, payload_kg)


def read_limits(table: Table) -> Limits:
    """The limits of a mission or of a vehicle; both launch azimuths or neither."""
    turn = 2.0 * math.pi
    azimuths = [
        table.number(key, None, at_least=-turn, at_most=2.0 * turn)
        for key in ("launch_azimuth_min_deg", "launch_azimuth_max_deg")
    ]
    if (azimuths[0] is None) != (azimuths[1] is None):
        absent = "launch_azimuth_min_deg" if azimuths[0] is None else "launch_azimuth_max_deg"
        raise table.error(
            "is missing; a corridor needs both its azimuths", file=table.file, key=table.dotted(absent)
        )
    return Limits(
        max_dynamic_pressure_pa=table.number("max_dynamic_pressure_pa", None, above=0.0),
        max_q_alpha_pa_rad=table.number("max_q_alpha_pa_rad", None, above=0.0),
        max_axial_acceleration_m_s2=table.number("max_axial_acceleration_g", None, above=0.0),
        fairing_heat_flux_w_m2=table.number("fairing_heat_flux_w_m2", None, above=0.0),
        min_coast_altitude_m=table.number("min_coast_altitude_km", None, at_least=0.0),
        launch_azimuth_min_rad=azimuths[0],
        launch_azimuth_max_rad=azimuths[1],
    )


def read_profile(table: Table) -> Profile:
    """How the ascent is flown, the contract's defaults filled in and noted."""
    burns: Any = table.data.get("upper_stage_burns", "auto")
    if burns != "auto":
        if isinstance(burns, str):
            raise table.wrong("upper_stage_burns", 'must be "auto" or a number of burns')
        burns = table.integer("upper_stage_burns", at_least=1, at_most=MOST_BURNS)
    if not table.has("max_coast_s"):
        table.assume(f"profile.max_coast_s = {DEFAULT_MAX_COAST_S:.0f} s (default)")
    programme = None
    if table.has("attitude_program"):
        programme = file_beside(
            table.text("attitude_program"), table.file, table.dotted("attitude_program"), table.error
        )
        read_attitude_table(programme, table.error)
    return Profile(
        upper_stage_burns=burns,
        vertical_rise_s=table.number("vertical_rise_s", None, at_least=0.0, at_most=LONGEST_RISE_S),
        launch_direction=table.choice("launch_direction", DIRECTIONS, "auto"),
        max_coast_s=table.number("max_coast_s", DEFAULT_MAX_COAST_S, at_least=0.0, at_most=LONGEST_COAST_S),
        separation_delay_s=table.number("separation_delay_s", 0.0, at_least=0.0, at_most=LONGEST_COAST_S),
        attitude_program=programme,
    )


def read_environment(table: Table) -> EnvironmentSettings:
    """The world of the mission; a setting that the chosen models would ignore is an error."""
    gravity = table.choice("gravity", GRAVITIES, "j2")
    atmosphere = _word_or_table(table, "atmosphere", ATMOSPHERES, "us76")
    wind = _word_or_table(table, "wind", WINDS, "none")
    for key in ("rho0_kg_m3", "scale_height_m"):
        if table.has(key) and atmosphere != "exponential":
            raise table.wrong(key, 'has no effect without atmosphere = "exponential"; remove it')
    if table.has("j2") and gravity == "point-mass":
        raise table.wrong("j2", 'has no effect with gravity = "point-mass"; remove it')
    if atmosphere == "none" and wind != "none":
        raise table.wrong("wind", 'has no effect with atmosphere = "none"; remove it')
    if isinstance(atmosphere, Path):
        read_atmosphere_table(atmosphere, table.error)
    if isinstance(wind, Path):
        read_wind_table(wind, table.error)
    return EnvironmentSettings(
        gravity=gravity,
        earth=table.choice("earth", EARTHS, "wgs84"),
        atmosphere=atmosphere,
        wind=wind,
        mu_m3_s2=table.number("mu_m3_s2", None, at_least=1e12, at_most=1e16),
        equatorial_radius_m=table.number("equatorial_radius_m", None, at_least=1e6, at_most=1e8),
        rotation_rad_s=table.number("rotation_rad_s", None, at_least=0.0, at_most=1e-3),
        j2=table.number("j2", None, at_least=-0.1, at_most=0.1),
        rho0_kg_m3=table.number("rho0_kg_m3", None, above=0.0, at_most=100.0),
        scale_height_m=table.number("scale_height_m", None, at_least=100.0, at_most=1e6),
        back_pressure=table.boolean("back_pressure", True),
    )


def read_initial_state(table: Table) -> InitialState:
    """A start other than at rest on the pad, in exactly one of its two forms."""
    inertial = [key for key in _INERTIAL if table.has(key)]
    relative = [key for key in _RELATIVE if table.has(key)]
    if bool(inertial) == bool(relative):
        problem = "mixes two forms" if inertial else "says nothing"
        raise table.wrong_table(
            f"{problem}; give either {' and '.join(_INERTIAL)}, or {' '.join(_RELATIVE)} (with t_s if not 0)"
        )
    t_s = table.number("t_s", 0.0, at_least=0.0)
    if inertial:
        r_eci, v_eci = table.vector("r_eci_m"), table.vector("v_eci_m_s")
        if math.hypot(*r_eci) < 1e6:
            raise table.wrong("r_eci_m", "lies inside the Earth; it counts from the Earth's centre")
        if math.hypot(*r_eci) > FARTHEST_START_M:
            raise table.wrong("r_eci_m", f"is farther than {FARTHEST_START_M:.10g} m from the Earth's centre")
        if math.hypot(*v_eci) > FASTEST_START_M_S:
            raise table.wrong(
                "v_eci_m_s", f"is faster than {FASTEST_START_M_S:.10g} m/s; no launch starts so"
            )
        return InitialState(t_s, (r_eci[0], r_eci[1], r_eci[2]), (v_eci[0], v_eci[1], v_eci[2]))
    half, turn = math.pi / 2.0, 2.0 * math.pi
    return InitialState(
        t_s,
        altitude_m=table.number("altitude_m", at_least=-500.0, at_most=FARTHEST_START_M),
        latitude_rad=table.number("latitude_deg", at_least=-half, at_most=half),
        longitude_rad=table.number("longitude_deg", at_least=-turn, at_most=turn),
        speed_relative_m_s=table.number("speed_relative_m_s", at_least=0.0, at_most=FASTEST_START_M_S),
        flight_path_angle_rad=table.number("flight_path_angle_deg", at_least=-half, at_most=half),
        azimuth_rad=table.number("azimuth_deg", at_least=-turn, at_most=turn),
    )


def read_sequence(data: Any, parent: Table) -> dict[str, float]:
    """Imposed event times: "<id>.cutoff_s" and its like to seconds; the ids are checked with the vehicle.

    A key without quotation marks (strap-ons.cutoff_s = 117.7) is a nested table to TOML and means the same.
    """
    if not isinstance(data, dict):
        raise parent.wrong("sequence", "must be a table")
    flat: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict) and "value" not in value and "." not in key:
            flat |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            flat[key] = value
    parent.check_length("sequence", flat)
    wanted = tuple(f"<id>.{event}_s" for event in SEQUENCE_EVENTS)
    usual: list[str] = []
    for key in flat:
        parts = _SEQUENCE_KEY.fullmatch(key)
        event, unit = (parts.group(2), parts.group(3)) if parts else ("", "")
        if parts is None or event not in SEQUENCE_EVENTS or unit not in quantity("t_s").dimension.factors:
            near = difflib.get_close_matches(event, SEQUENCE_EVENTS, n=1)
            misspelt = parts is not None and near and near[0] != event
            hint = f'; did you mean "{key.partition(".")[0]}.{near[0]}_s"?' if misspelt else ""
            raise parent.error(
                f"is no event time{hint}", file=parent.file, key=f"sequence.{key}", allowed=wanted
            )
        usual.append(f"{parts.group(1)}.{event}_s")
    table = parent.nested(flat, Shape(quantities=tuple(dict.fromkeys(usual))), "sequence")
    return {key: table.number(key, at_least=0.0, at_most=LONGEST_COAST_S) for key in table.shape.quantities}


def read_stations(parent: Table) -> tuple[Station, ...]:
    """The ground stations, ids unique."""
    stations: list[Station] = []
    half, turn = math.pi / 2.0, 2.0 * math.pi
    for i, raw in enumerate(parent.tables("stations"), 1):
        table = parent.nested(raw, STATION, f"stations[{i}]")
        station = Station(
            id=table.identifier("id"),
            latitude_rad=table.number("latitude_deg", at_least=-half, at_most=half),
            longitude_rad=table.number("longitude_deg", at_least=-turn, at_most=turn),
            height_m=table.number("height_m", 0.0, at_least=-500.0, at_most=10e3),
            mask_rad=table.number("mask_deg", DEFAULT_MASK_RAD, at_least=0.0, at_most=half),
        )
        if station.id in (s.id for s in stations):
            raise table.wrong("id", "is used by two stations")
        if not table.has("mask_deg"):
            table.assume(f"stations.{station.id}.mask_deg = {math.degrees(DEFAULT_MASK_RAD):.0f} (default)")
        stations.append(station)
    return tuple(stations)


def read_range(table: Table) -> RangeSettings:
    """The GeoJSON files of areas beside the mission file; only that they exist is checked here."""
    found: dict[str, tuple[Path, ...]] = {}
    for key in RANGE.others:
        names = table.data.get(key, [])
        names = [names] if isinstance(names, str) else names
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise table.wrong(key, "must be a file name or a list of file names")
        found[key] = tuple(file_beside(name, table.file, table.dotted(key), table.error) for name in names)
    return RangeSettings(**found)


def read_monte_carlo(table: Table) -> MonteCarlo:
    """How many flights, and the seed."""
    return MonteCarlo(
        flights=table.integer("flights", None, at_least=1, at_most=10_000_000),
        seed=table.integer("seed", None, at_least=0, at_most=2**63 - 1),
    )


def _word_or_table(table: Table, key: str, words: tuple[str, ...], default: str) -> str | Path:
    """A known word, or the existing CSV file of that name beside the mission file."""
    value: str = table.text(key, default)
    if value.lower().endswith(".csv"):
        return file_beside(value, table.file, table.dotted(key), table.error)
    if value not in words:
        near = difflib.get_close_matches(value, words, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        raise table.wrong(
            key, f"is neither a model nor a .csv file{hint}", allowed=(*words, "the name of a .csv file")
        )
    return value
