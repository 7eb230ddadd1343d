"""What the page of a run tells beyond its result, as plain data: the question, the world it was asked in, who said
which number, and what is not modelled."""

import datetime
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cosmodrome.ascent.problem import Problem
from cosmodrome.files.sources import Source
from cosmodrome.files.units import quantity, unit_words
from cosmodrome.flight.liftoff import ltan_of
from cosmodrome.mission.schema import Mission
from cosmodrome.physics.orbit import outgoing_asymptote

_GRAVITY = {"point-mass": "point mass", "j2": "point mass and J2", "zonal": "zonal, J2 to J6"}
_EARTH = {"wgs84": "WGS 84 ellipsoid, geodetic altitude", "sphere": "sphere, geocentric latitude"}
_AIR = {"us76": "U.S. Standard Atmosphere 1976", "exponential": "exponential", "none": "none"}
# An angle is shown in degrees, whatever it is inside.
_SHOWN = {"rad": "deg", "rad_s": "deg_s"}


def background(problem: Problem, result: Mapping[str, Any]) -> dict[str, Any]:
    """Return names and places, the orbit asked for and what result.json does not tell of the reached one, the models,
    and every number that has a source; all in the units of result.json."""
    mission, site = problem.mission, problem.site
    return {
        "mission": {"name": mission.name, "file": mission.path.name if mission.path else None},
        "vehicle": problem.vehicle.name,
        "site": {
            "name": site.name if isinstance(mission.site, str) else None,
            "latitude_deg": math.degrees(site.latitude_rad),
            "longitude_deg": math.degrees(site.longitude_rad),
            "height_m": site.height_m,
            "azimuth_min_deg": _degrees(problem.limits.launch_azimuth_min_rad),
            "azimuth_max_deg": _degrees(problem.limits.launch_azimuth_max_rad),
        },
        "objective": {
            "maximize": mission.objective.maximize,
            "payload_kg": mission.objective.payload_kg,
        },
        "asked": _asked(problem),
        "reached": _reached(problem, result),
        "models": _models(problem, has_epoch=result["liftoff_utc"] is not None),
        "sources": [
            *_sources("", mission, mission.sources, problem),
            *_sources("site.", site, site.sources, problem),
            *_sources("", problem.vehicle, problem.vehicle.sources, problem),
        ],
        "not_modelled": not_modelled(problem),
    }


def _asked(problem: Problem) -> dict[str, float | None]:
    return problem.mission.target.to_record(problem.environment.earth.radius)


def not_modelled(problem: Problem) -> list[str]:
    """Return sentences on what this flight leaves out of the world."""
    settings, vehicle = problem.mission.environment, problem.vehicle
    said = [
        "Attitude of a rigid body: the thrust axis is prescribed; engines' gimbals, slosh, bending and control are not "
        "flown.",
        "Guidance in flight: the attitude programme is flown as planned, without errors of navigation.",
        "Dispersions: this is one nominal flight; no number of it has a spread here.",
        "Gusts, and weather of the day.",
        "Moon, Sun and radiation pressure.",
        "Break-up, lift and tumbling of what falls: constant area and drag, down to altitude zero.",
        "Range safety: no populated or closed area is checked against the drop points.",
    ]
    if settings.gravity != "zonal":
        beyond = (
            "any unevenness of the Earth" if settings.gravity == "point-mass" else "zonal terms beyond J2"
        )
        said.append(f"Gravity: {beyond}, and all terms that depend on longitude.")
    else:
        said.append("Gravity: zonal terms beyond J6, and all terms that depend on longitude.")
    if settings.wind == "none":
        said.append("Wind: the air turns with the Earth.")
    if not settings.back_pressure:
        said.append("Back-pressure: engines thrust as in vacuum.")
    if not any(stage.engine.tail_off_impulse_n_s for stage in vehicle.stages):
        said.append("Start and tail-off of engines: thrust is there, and gone, at once.")
    return said


def _reached(problem: Problem, result: Mapping[str, Any]) -> dict[str, float | None]:
    """Of the insertion, what result.json leaves to be computed: local time of the node, direction of an escape."""
    insertion = result["insertion"]
    found: dict[str, float | None] = dict.fromkeys(("ltan_h", "declination_deg", "ra_of_asymptote_deg"))
    if insertion is None:
        return found
    if insertion["c3_m2_s2"] > 0.0:
        state = (tuple(insertion["r_eci_m"]), tuple(insertion["v_eci_m_s"]))
        x, y, z = outgoing_asymptote(*state, insertion["c3_m2_s2"], problem.environment.earth.mu)
        found["declination_deg"] = math.degrees(math.atan2(z, math.hypot(x, y)))
        found["ra_of_asymptote_deg"] = math.degrees(math.atan2(y, x)) % 360.0
    elif result["liftoff_utc"] is not None:
        liftoff = datetime.datetime.fromisoformat(result["liftoff_utc"])
        node = math.radians(insertion["ra_of_asc_node_deg"])
        found["ltan_h"] = ltan_of(node, liftoff, insertion["t_s"])
    return found


def _models(problem: Problem, *, has_epoch: bool) -> list[dict[str, str]]:
    """The world of the flight: what, and by which model."""
    settings, earth = problem.mission.environment, problem.environment.earth
    air = settings.atmosphere
    if isinstance(air, Path):
        air_text = f"table {air.name}"
    elif air == "exponential":
        density, height = settings.rho0_kg_m3, settings.scale_height_m
        air_text = _AIR[air] + ("" if density is None else f", {density:g} kg/m³ at altitude zero")
        air_text += "" if height is None else f", scale height {height:g} m"
    else:
        air_text = _AIR[air]
    wind = settings.wind
    frame = (
        "CIRS, polar motion neglected: x at the CIO"
        if has_epoch
        else "x at the site's meridian at lift-off, since the mission has no epoch"
    )
    return [
        {"what": "Gravity", "model": f"{_GRAVITY[settings.gravity]}; μ = {earth.mu:.10g} m³/s²"},
        {
            "what": "Earth",
            "model": f"{_EARTH[settings.earth]}; equatorial radius {earth.radius:.10g} m, "
            f"rotation {earth.rotation:.9g} rad/s",
        },
        {"what": "Atmosphere", "model": air_text},
        {"what": "Wind", "model": f"table {wind.name}" if isinstance(wind, Path) else wind},
        {"what": "Inertial frame", "model": frame},
    ]


def _sources(
    prefix: str, owner: Any, sources: Mapping[str, Source], problem: Problem
) -> list[dict[str, Any]]:
    """Every number of a file with where it comes from, in degrees instead of radians."""
    rows = []
    for key, source in sources.items():
        shown, unit, factor = _people_key(key)
        value = _value(owner, key, problem)
        rows.append(
            {
                "said_as": prefix + key,  # in the assumptions of result.json
                "key": prefix + shown,
                "value": None if value is None else value / factor,
                "unit": unit,
                "text": source.text,
                "confidence": source.confidence,
                "sigma": None if source.sigma is None else source.sigma / factor,
            }
        )
    return rows


def _people_key(key: str) -> tuple[str, str, float]:
    """A dotted key with its angle in degrees, its unit in words, and the factor from that unit to SI."""
    owner, _, name = key.rpartition(".")
    try:
        kind = quantity(name)
    except ValueError:
        return key, "", 1.0
    suffix = _SHOWN.get(kind.usual, kind.usual)
    shown = f"{owner}.{kind.stem}_{suffix}" if owner else f"{kind.stem}_{suffix}"
    return shown, unit_words(suffix), kind.dimension.factors[suffix]


def _value(owner: Any, key: str, problem: Problem) -> float | None:
    """The number behind a dotted key, SI; None where the key stands for a table or for a number that became another."""
    if isinstance(owner, Mission) and key in ("target.perigee_altitude_m", "target.apogee_altitude_m"):
        return _asked(problem)[key.removeprefix("target.")]
    noun = owner
    for part in key.split("."):
        noun = _part(noun, part)
    return float(noun) if isinstance(noun, int | float) and not isinstance(noun, bool) else None


def _part(noun: Any, part: str) -> Any:
    """A stage or body by its id, a numbered row of a list, or a field; None where the noun has no such thing."""
    named = [x for x in (*getattr(noun, "stages", ()), *getattr(noun, "bodies", ())) if x.id == part]
    if named:
        return named[0]
    stem, _, number = part.partition("[")
    if number:
        rows = getattr(noun, stem, ())
        index = int(number.rstrip("]")) - 1
        return rows[index] if index < len(rows) else None
    return getattr(noun, part, None)


def _degrees(angle_rad: float | None) -> float | None:
    return None if angle_rad is None else math.degrees(angle_rad)
