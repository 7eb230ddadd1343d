"""The verb `new`: a commented mission file to start from, which runs as it is.

What the vehicle and the site know stands in the file as comments with their own numbers: limits, burns, azimuths.
"""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

import click

from cosmodrome.catalogue.lint import mission_warnings
from cosmodrome.catalogue.load import catalogue_ids, catalogue_part, load_site, load_vehicle
from cosmodrome.catalogue.resolve import resolve
from cosmodrome.catalogue.schema import Site, Vehicle
from cosmodrome.errors import ExportError, MissionFileError
from cosmodrome.files.toml import parse_toml
from cosmodrome.files.units import quantity
from cosmodrome.mission.read import mission_from_dict
from cosmodrome.mission.schema import Limits

ORBIT_FORMS = ('"sso 500 km"', '"200x240 km 51.6 deg"', '"escape 10 km2/s2"')
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_SIZE = rf"{_NUMBER}(?:\s*[x×]\s*{_NUMBER})?\s*km"
_SUN_SYNCHRONOUS = re.compile(rf"sso\s+{_SIZE}")
_INCLINED = re.compile(rf"{_SIZE}\s+{_NUMBER}\s*(?:deg|°)")
_ESCAPE = re.compile(rf"escape\s+{_NUMBER}\s*km2/s2")
_COLUMN = 38  # where comments begin

_TEMPLATE = """\
# {vehicle_name} from {site_name}.  Lines with a # before the key are offers: take the # away to use them.
#
#     cosmodrome check {file}       read and cross-check, nothing is flown
#     cosmodrome run {file}         plan, verify, report

format  = "cosmodrome-mission/1"
name    = {name}
vehicle = {vehicle}
site    = {site}
{head}
[target]                              # osculating, at the end of the last burn; an angle that is absent is free
{target}
[objective]
maximize = "payload"                  # or "margin" (propellant left) or "final_mass", both with payload_kg
# payload_kg = 1000                   # what separates; adapter and reserves stay with the vehicle

[limits]                              # a mission may only tighten what the vehicle states
{limits}
[profile]
{profile}
[environment]
# gravity = "j2"                      # or "point-mass", "zonal"
# wind = "wind.csv"                   # altitude_m,wind_east_m_s,wind_north_m_s: where the air goes
"""


def write_mission(path: Path, vehicle: str, site: str, orbit: str) -> int:
    """Write a mission file for that vehicle, site and orbit; 0.

    Refuses, in one sentence, an existing file, an unknown vehicle or site, and an orbit that it cannot read
    or that `check` would refuse.
    """
    if path.is_dir():
        raise ExportError("is a folder; name a new file", file=path)
    hardware, pad = load_vehicle(vehicle, path), load_site(site, path)
    text = _TEMPLATE.format(
        file=path.name,
        name=_quoted(path.stem),
        vehicle=_quoted(vehicle),
        site=_quoted(site),
        vehicle_name=hardware.name,
        site_name=pad.name,
        head=_lines(_head(vehicle)),
        target=_lines(_target(orbit, pad)),
        limits=_lines(_limits(hardware.limits, pad)),
        profile=_lines(_profile(hardware, pad)),
    )
    mission = mission_from_dict(parse_toml(text.encode(), path, MissionFileError), path)
    warnings = mission_warnings(resolve(mission))
    try:
        # "x": a file that somebody wrote by hand is never overwritten.
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise ExportError("exists already; choose another name", file=path) from error
    except OSError as error:
        missing = not path.parent.is_dir()
        reason = f"there is no folder {path.parent}" if missing else str(error.strerror).lower()
        raise ExportError(f"could not be written: {reason}", file=path) from error
    for sentence in warnings:
        click.echo(f"warning: {sentence}", err=True)
    click.echo(f"{path} written; next: cosmodrome check {path}")
    return 0


Line = tuple[str, str]
"""What a line of the file states, and the comment beside it."""


def _lines(lines: Iterator[Line]) -> str:
    return "".join(
        f"{stated:<{_COLUMN - 1}} {'# ' * bool(comment)}{comment}".rstrip() + "\n"
        for stated, comment in lines
    )


def _head(vehicle: str) -> Iterator[Line]:
    """When, and under which fairing."""
    yield (
        "# launch_date_utc = 2027-04-15",
        "a day: with ra_of_asc_node_deg or ltan_h below, the lift-off time follows",
    )
    yield "# epoch_utc = 2027-04-15T02:00:00Z", "or the instant of lift-off, with a zone"
    launcher = vehicle.partition("/")[0]
    names = (
        catalogue_part("vehicles", launcher).fairing_names if launcher in catalogue_ids()["vehicles"] else ()
    )
    if len(names) > 1:
        yield (
            f'# fairing = "{names[0]}"',
            f"one of {', '.join(names)}; absent: the one that this stack flies with",
        )


def _target(orbit: str, site: Site) -> Iterator[Line]:
    """The lines of [target] for an orbit in words."""
    words = orbit.strip().lower()
    if found := _SUN_SYNCHRONOUS.fullmatch(words):
        perigee, apogee = found.groups()
        yield from _closed(perigee, apogee or perigee, '"sso"', "sun-synchronous: the node follows the Sun")
        yield "# ltan_h = 10.5", "local mean solar time of the ascending node; needs a date"
    elif found := _INCLINED.fullmatch(words):
        perigee, apogee, inclination = found.groups()
        yield from _closed(perigee, apogee or perigee, inclination, _reachable(site))
        yield from _flown(site)
        yield "# ra_of_asc_node_deg = 10", "needs a date: the Earth turns below it"
        if perigee != (apogee or perigee):
            yield "# arg_of_pericenter_deg = 120", "where along the orbit the lowest point lies"
    elif found := _ESCAPE.fullmatch(words):
        yield f"c3_km2_s2 = {found[1]}", "twice the energy of the outgoing hyperbola, for each kilogram"
        yield (
            "declination_deg = 0",
            "of the outgoing asymptote in ECI: set your departure's, at most the inclination",
        )
        yield "# ra_of_asymptote_deg = 10", "needs a date"
        yield "# perigee_altitude_km = 200", "absent: free"
        yield f"# inclination_deg = {_least_inclination_deg(site):.1f}", _reachable(site)
        yield from _flown(site)
    else:
        raise MissionFileError("cannot be read", key="--orbit", value=orbit, allowed=ORBIT_FORMS)


def _closed(perigee: str, apogee: str, inclination: str, comment: str) -> Iterator[Line]:
    yield f"perigee_altitude_km = {perigee}", "above the equatorial radius, 6 378.137 km; at least 120"
    yield f"apogee_altitude_km  = {apogee}", ""
    yield f"inclination_deg     = {inclination}", comment


def _least_inclination_deg(site: Site) -> float:
    """The latitude of the pad, rounded up: the lowest inclination without a turn, deg."""
    return math.ceil(10.0 * abs(math.degrees(site.latitude_rad))) / 10.0


def _reachable(site: Site) -> str:
    """What inclinations the pad reaches."""
    least = _least_inclination_deg(site)
    return f"below {least:.1f} or above {180.0 - least:.1f} the ascent must turn, which costs payload"


def _flown(site: Site) -> Iterator[Line]:
    """Where launches from the pad have gone."""
    if site.inclinations_flown_rad:
        yield (
            "",
            f"flown from here: {', '.join(f'{math.degrees(i):.4g}' for i in site.inclinations_flown_rad)}",
        )


def _limits(own: Limits, site: Site) -> Iterator[Line]:
    """The vehicle's own limits as they are, and the usual ones that it does not state."""
    for key, field, usual in (
        ("max_dynamic_pressure_pa", "max_dynamic_pressure_pa", "60e3"),
        ("max_q_alpha_pa_rad", "max_q_alpha_pa_rad", "5e3"),
        ("max_axial_acceleration_g", "max_axial_acceleration_m_s2", "5"),
        ("fairing_heat_flux_w_m2", "fairing_heat_flux_w_m2", "1135"),
    ):
        stated = getattr(own, field)
        if stated is not None:
            yield (
                f"# {key} = {stated / quantity(key).keys[key]:.6g}",
                "the vehicle's own, which holds in any case",
            )
        else:
            yield f"# {key} = {usual}", "the vehicle states none, this is a usual one"
    low, high = site.launch_azimuth_min_rad, site.launch_azimuth_max_rad
    for key, azimuth, usual in (
        ("launch_azimuth_min_deg", low, "340"),
        ("launch_azimuth_max_deg", high, "100"),
    ):
        comment = "clockwise from north, over the ground; both or neither"
        yield (
            (f"# {key} = {usual}", comment)
            if azimuth is None
            else (f"# {key} = {math.degrees(azimuth):.6g}", "the site's own, which holds in any case")
        )


def _profile(vehicle: Vehicle, site: Site) -> Iterator[Line]:
    last = vehicle.last_stage
    if last.burns > 1:
        yield (
            'upper_stage_burns = "auto"',
            f"the better of one and two; {last.name} can be ignited {last.burns} times",
        )
    yield f"# vertical_rise_s = {vehicle.vertical_rise_s:.6g}", "the vehicle's own"
    usual = site.usual_azimuth_rad
    toward = "" if usual is None else f"; launches from here usually go to {math.degrees(usual):.0f} deg"
    yield '# launch_direction = "auto"', f'or "ascending" (northbound), "descending"{toward}'


def _quoted(text: str) -> str:
    """The text as a TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False)
