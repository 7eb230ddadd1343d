"""A mission file read into the nouns of `mission.schema`, everything checked that needs no physics.

The smallest legal file has `format`, `vehicle`, `site` and `[target]`.  Whether the vehicle and the site
exist is the catalogue's business: `catalogue.load_vehicle(mission.vehicle, mission.path, mission.fairing)`.
"""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

from cosmodrome.errors import MissionFileError
from cosmodrome.files.reader import Book, Shape, Table
from cosmodrome.files.toml import read_toml
from cosmodrome.mission import settings
from cosmodrome.mission.schema import EnvironmentSettings, Limits, Mission, SitePoint, Target
from cosmodrome.mission.target import TARGET, read_target
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, FLATTENING

FORMAT = "cosmodrome-mission/1"
FIRST_YEAR, LAST_YEAR = 1972, 2100  # UTC has whole leap seconds from 1972 on
_YEARS = f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}"
MISSION = Shape(
    others=(
        "format",
        "name",
        "vehicle",
        "site",
        "epoch_utc",
        "launch_date_utc",
        "fairing",
        "target",
        "objective",
        "limits",
        "profile",
        "sequence",
        "initial_state",
        "environment",
        "stations",
        "range",
        "dispersions",
        "monte_carlo",
    )
)
SECTIONS = {
    "target": TARGET,
    "objective": settings.OBJECTIVE,
    "limits": settings.LIMITS,
    "profile": settings.PROFILE,
    "initial_state": settings.INITIAL_STATE,
    "environment": settings.ENVIRONMENT,
    "range": settings.RANGE,
    "monte_carlo": settings.MONTE_CARLO,
}
SITE_POINT = Shape(quantities=("latitude_deg", "longitude_deg", "height_m"))


def read_mission(path: Path | str) -> Mission:
    """Return the `Mission` that a file asks for, in SI units and radians whatever units the file is in.

    Everything is checked that needs neither the hardware nor physics. Raises MissionFileError for what is wrong: one
    sentence with the file, the key, the value and what is allowed.
    """
    path = Path(path)
    return mission_from_dict(read_toml(path, MissionFileError), path)


def mission_from_dict(data: dict[str, Any], path: Path) -> Mission:
    """The mission in already parsed tables; `path` is the file that paths inside it are relative to."""
    check_format(data, FORMAT, path)
    _refuse_misplaced(data, path)
    book = Book()
    top = Table(data, MISSION, file=path, error=MissionFileError, book=book)
    for key in ("vehicle", "site", "target"):
        if key not in data:
            raise MissionFileError(
                "is missing; a mission names its vehicle, its site and a [target]", file=path, key=key
            )
    epoch_utc, launch_date_utc = _epoch(top), _launch_date(top)
    if epoch_utc is not None and launch_date_utc is not None:
        raise top.wrong("launch_date_utc", "is given beside epoch_utc; keep one of them")
    has_date = epoch_utc is not None or launch_date_utc is not None
    environment = settings.read_environment(top.table("environment", settings.ENVIRONMENT))
    target = read_target(top.table("target", TARGET), environment, has_date)
    limits = settings.read_limits(top.table("limits", settings.LIMITS))
    _check_floor(top, limits, target, environment)
    return Mission(
        name=top.text("name", path.stem),
        path=path,
        vehicle=top.text("vehicle"),
        site=_site(top),
        target=target,
        epoch_utc=epoch_utc,
        launch_date_utc=launch_date_utc,
        fairing=top.text("fairing", None),
        objective=settings.read_objective(top.table("objective", settings.OBJECTIVE)),
        limits=limits,
        profile=settings.read_profile(top.table("profile", settings.PROFILE)),
        sequence=settings.read_sequence(data.get("sequence", {}), top),
        initial_state=(
            settings.read_initial_state(top.table("initial_state", settings.INITIAL_STATE))
            if "initial_state" in data
            else None
        ),
        environment=environment,
        stations=settings.read_stations(top),
        range_=settings.read_range(top.table("range", settings.RANGE)),
        dispersions=_dispersions(top),
        monte_carlo=settings.read_monte_carlo(top.table("monte_carlo", settings.MONTE_CARLO)),
        sources=book.sources,
        assumptions=tuple(book.assumptions),
    )


def check_format(data: dict[str, Any], wanted: str, path: Path) -> None:
    """Raises MissionFileError unless the file says that it is a mission file of this version."""
    given = data.get("format")
    if given == wanted:
        return
    if given is None:
        raise MissionFileError(
            f'is missing; a mission file begins with format = "{wanted}"', file=path, key="format"
        )
    hint = "is no mission file"
    if isinstance(given, str) and given.startswith("cosmodrome-mission/"):
        hint = "is a version that this program does not read"
    elif isinstance(given, str) and given.startswith("cosmodrome-vehicle/"):
        hint = "is a vehicle file; a mission file names it under vehicle"
    elif isinstance(given, str) and given.startswith("cosmodrome-site/"):
        hint = "is a site file; a mission file names it under site"
    raise MissionFileError(hint, file=path, key="format", value=given, allowed=[wanted])


def _refuse_misplaced(data: dict[str, Any], path: Path) -> None:
    """Raises MissionFileError for a known key in the wrong table: what TOML's order of tables does to people."""
    for key in data:
        homes = [name for name, shape in SECTIONS.items() if key in shape.names or shape.quantity_of(key)]
        if key not in MISSION.others and len(homes) == 1:
            raise MissionFileError(
                f"stands outside its table; move it below [{homes[0]}]", file=path, key=key
            )
    for name, shape in SECTIONS.items():
        section = data.get(name)
        for key in section if isinstance(section, dict) else ():
            if key in MISSION.others and key not in shape.names:
                raise MissionFileError(
                    "stands inside a table; move it to the top of the file, before the first [table]",
                    file=path,
                    key=f"{name}.{key}",
                )


def _check_floor(top: Table, limits: Limits, target: Target, environment: EnvironmentSettings) -> None:
    """Raises MissionFileError for a floor that even the apogee of the target does not reach."""
    floor, apogee = limits.min_coast_altitude_m, target.apogee_radius_m
    if floor is None or apogee is None:
        return
    apogee -= environment.equatorial_radius_m or EQUATORIAL_RADIUS
    # Over the poles a geodetic altitude is larger than one over the equatorial radius by the flattening.
    if floor > apogee + FLATTENING * EQUATORIAL_RADIUS:
        raise MissionFileError(
            f"is above the whole target, whose apogee is at {apogee / 1e3:.6g} km; lower it",
            file=top.file,
            key="limits.min_coast_altitude_km",
            value=floor / 1e3,
        )


def _site(top: Table) -> str | SitePoint:
    """A site id, or the point that the mission writes itself."""
    value = top.data["site"]
    if isinstance(value, str):
        return str(top.text("site"))
    if not isinstance(value, dict):
        raise top.wrong("site", "must be a site id or { latitude_deg, longitude_deg, height_m }")
    table = top.table("site", SITE_POINT)
    half, turn = math.pi / 2.0, 2.0 * math.pi
    if not table.has("height_m"):
        table.assume("site.height_m = 0 (default)")
    return SitePoint(
        latitude_rad=table.number("latitude_deg", at_least=-half, at_most=half),
        longitude_rad=table.number("longitude_deg", at_least=-turn, at_most=turn),
        height_m=table.number("height_m", 0.0, at_least=-500.0, at_most=10e3),
    )


def _epoch(top: Table) -> datetime.datetime | None:
    """The lift-off instant in UTC."""
    value = top.data.get("epoch_utc")
    if value is None:
        return None
    example = "2027-04-15T02:00:00Z"
    if isinstance(value, str):
        raise top.wrong("epoch_utc", f"must be a date-time without quotation marks, as {example}")
    if not isinstance(value, datetime.datetime):
        raise top.wrong("epoch_utc", f"must be a date-time with a zone, as {example}")
    if value.tzinfo is None:
        raise top.wrong("epoch_utc", f"has no zone; write {example} (Z is UTC)")
    try:
        utc = value.astimezone(datetime.UTC)
    except (OverflowError, ValueError) as problem:
        raise top.wrong("epoch_utc", _YEARS) from problem
    _check_year(top, "epoch_utc", utc.year)
    return utc


def _launch_date(top: Table) -> datetime.date | None:
    """The launch day, lift-off time free."""
    value = top.data.get("launch_date_utc")
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        raise top.wrong("launch_date_utc", "must be a day, as 2027-04-15; a lift-off instant is epoch_utc")
    if not isinstance(value, datetime.date):
        raise top.wrong("launch_date_utc", "must be a day without quotation marks, as 2027-04-15")
    _check_year(top, "launch_date_utc", value.year)
    return value


def _check_year(top: Table, key: str, year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise top.wrong(key, _YEARS)


def _dispersions(top: Table) -> str | dict[str, object] | None:
    """As written: "default", or a table per parameter that the campaign checks against the vehicle."""
    value = top.data.get("dispersions")
    if value is None or isinstance(value, dict):
        return value
    if value != "default":
        raise top.wrong("dispersions", 'must be "default" or a table per parameter')
    return "default"
