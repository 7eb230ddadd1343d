"""The verb `new`: a commented mission file to start from, which passes `check` as it is."""

import json
import re
from pathlib import Path

import click

from cosmodrome.catalogue.resolve import resolve
from cosmodrome.errors import ExportError, MissionFileError
from cosmodrome.files.toml import parse_toml
from cosmodrome.mission.read import mission_from_dict

# An escape is read too, so that it is refused for what it is; it is not offered while nothing plans it.
ORBIT_FORMS = ('"sso 500 km"', '"200x240 km 51.6 deg"')
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_SIZE = rf"{_NUMBER}(?:\s*[x×]\s*{_NUMBER})?\s*km"
_SUN_SYNCHRONOUS = re.compile(rf"sso\s+{_SIZE}")
_INCLINED = re.compile(rf"{_SIZE}\s+{_NUMBER}\s*(?:deg|°)")
_ESCAPE = re.compile(rf"escape\s+{_NUMBER}\s*km2/s2")

_TEMPLATE = """\
format  = "cosmodrome-mission/1"
name    = {name}
vehicle = {vehicle}
site    = {site}
# epoch_utc = 2027-04-15T02:00:00Z      # the instant of lift-off, with a zone: fixes where the node lies

[target]                                # osculating, at the end of the last burn
{target}
[objective]
maximize = "payload"                    # or "margin" or "final_mass", both with payload_kg
# payload_kg = 1000

# [limits]                              # absent: the vehicle's own; a mission may only tighten them
# max_dynamic_pressure_pa = 40e3
# max_q_alpha_pa_rad = 3e3
# max_axial_acceleration_g = 4.0
# fairing_heat_flux_w_m2 = 1135

# [profile]
# launch_direction = "auto"             # site or node decide, else the better of "ascending" and "descending"

# [environment]
# gravity = "j2"                        # "point-mass", "j2", "zonal"
# atmosphere = "us76"
# wind = "wind.csv"                     # altitude_m,wind_east_m_s,wind_north_m_s: where the air goes
"""
_CLOSED = """\
perigee_altitude_km = {perigee:<17} # above the equatorial radius, 6 378.137 km; at least 120
apogee_altitude_km  = {apogee}
inclination_deg     = {inclination}
# arg_of_pericenter_deg = 120           # absent angles are free
# ra_of_asc_node_deg = 10               # needs epoch_utc to mean a place among the stars
"""
_HYPERBOLIC = """\
c3_km2_s2 = {c3:<27} # energy of the outgoing hyperbola
declination_deg = 0                     # of the outgoing asymptote in ECI: set this to your departure's
# ra_of_asymptote_deg = 10
# perigee_altitude_km = 200             # absent: free
# inclination_deg = 51.6
"""


def write_mission(path: Path, vehicle: str, site: str, orbit: str) -> int:
    """Write a mission file for that vehicle, site and orbit; 0.

    Refuses, in one sentence, an existing file, an unknown vehicle or site, and an orbit that it cannot read
    or that `check` would refuse.
    """
    text = _TEMPLATE.format(
        name=_quoted(path.stem),
        vehicle=_quoted(vehicle),
        site=_quoted(site),
        target=_target(orbit),
    )
    if path.is_dir():
        raise ExportError("is a folder; name a new file", file=path)
    resolve(mission_from_dict(parse_toml(text.encode(), path, MissionFileError), path))
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
    click.echo(f"{path} written; next: cosmodrome check {path}")
    return 0


def _target(orbit: str) -> str:
    """The lines of [target] for an orbit in words."""
    words = orbit.strip().lower()
    if found := _SUN_SYNCHRONOUS.fullmatch(words):
        perigee, apogee = found.groups()
        return _CLOSED.format(
            perigee=perigee, apogee=apogee or perigee, inclination='"sso"             # sun-synchronous'
        )
    if found := _INCLINED.fullmatch(words):
        perigee, apogee, inclination = found.groups()
        return _CLOSED.format(perigee=perigee, apogee=apogee or perigee, inclination=inclination)
    if found := _ESCAPE.fullmatch(words):
        return _HYPERBOLIC.format(c3=found[1])
    raise MissionFileError("cannot be read", key="--orbit", value=orbit, allowed=ORBIT_FORMS)


def _quoted(text: str) -> str:
    """The text as a TOML basic string; JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False)
