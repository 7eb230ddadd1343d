"""The target orbit of a mission file: several ways to write it, one noun, and what contradicts itself.

    mu   gravitational parameter of the mission's world, m^3/s^2
    re   its equatorial radius, m, over which altitudes of perigee and apogee count
    j2   its second zonal harmonic

Source: Vallado, Fundamentals of Astrodynamics and Applications, 4th ed. (2013), eq. 9-41 (secular node rate).
"""

from __future__ import annotations

import math
from typing import Any

from cosmodrome.files.reader import Shape, Table
from cosmodrome.mission.schema import LOWEST_PERIGEE_ALTITUDE_M, EnvironmentSettings, Target
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, MU, ZONALS

TROPICAL_YEAR_D = 365.2422  # the node of a sun-synchronous orbit goes once round in it
SECONDS_PER_DAY = 86400.0
HIGHEST_APOGEE_ALTITUDE_M = 1e9  # the Earth's sphere of influence ends near 925 000 km
ROUND_ECCENTRICITY = 1e-9  # below it the pericenter has no direction
SECONDS_PER_HOUR = 3600.0

TARGET = Shape(
    quantities=(
        "perigee_altitude_km",
        "apogee_altitude_km",
        "semi_major_axis_km",
        "inclination_deg",
        "ra_of_asc_node_deg",
        "ltan_h",
        "arg_of_pericenter_deg",
        "c3_km2_s2",
        "declination_deg",
        "ra_of_asymptote_deg",
    ),
    plain=("eccentricity",),
)
_ESCAPE_ONLY = ("declination_deg", "ra_of_asymptote_deg")
_CLOSED_ONLY = (
    "apogee_altitude_km",
    "semi_major_axis_km",
    "eccentricity",
    "ra_of_asc_node_deg",
    "ltan_h",
    "arg_of_pericenter_deg",
)


def read_target(table: Table, environment: EnvironmentSettings, has_date: bool) -> Target:
    """The target of a mission file; `has_date` tells whether it gives an epoch or a launch date."""
    mu = environment.mu_m3_s2 or MU
    re = environment.equatorial_radius_m or EQUATORIAL_RADIUS
    j2 = ZONALS[0] if environment.j2 is None else environment.j2
    if table.has("c3_km2_s2"):
        return _escape(table, mu, re, has_date)
    for key in _ESCAPE_ONLY:
        if table.has(key):
            raise table.wrong(key, "belongs to an escape; give c3_km2_s2 as well, or remove it")
    if table.has("semi_major_axis_km") or table.has("eccentricity"):
        a, e = _size_from_axis(table, re)
    else:
        a, e = _size_from_altitudes(table, re)
    is_sun_synchronous = _written_inclination(table) == "sso"
    inclination_rad: float | None
    if is_sun_synchronous:
        inclination_rad = _sun_synchronous_inclination(table, a, e, mu, re, j2)
    else:
        inclination_rad = _inclination(table)
    node_rad, ltan_h = _node(table, has_date, environment.earth == "sphere", inclination_rad)
    return Target(
        semi_major_axis_m=a,
        eccentricity=e,
        inclination_rad=inclination_rad,
        is_sun_synchronous=is_sun_synchronous,
        ra_of_asc_node_rad=node_rad,
        ltan_h=ltan_h,
        arg_of_pericenter_rad=_arg_of_pericenter(table, e),
    )


def sun_synchronous_inclination_rad(a: float, e: float, mu: float, re: float, j2: float) -> float | None:
    """Inclination whose node goes round once in a tropical year, rad; None where no orbit does that.

    Node rate = -3/2 J2 sqrt(mu/a^3) (re/p)^2 cos i  (Vallado eq. 9-41).
    """
    rate = 2.0 * math.pi / (TROPICAL_YEAR_D * SECONDS_PER_DAY)
    p = a * (1.0 - e * e)
    scale = 1.5 * j2 * math.sqrt(mu / a**3) * (re / p) ** 2
    if scale == 0.0 or abs(rate / scale) > 1.0:
        return None
    return math.acos(-rate / scale)


def _size_from_altitudes(table: Table, re: float) -> tuple[float, float]:
    """Semi-major axis, m, and eccentricity from the altitudes of perigee and apogee."""
    if not table.has("perigee_altitude_km") and not table.has("apogee_altitude_km"):
        raise table.wrong_table(
            "has no orbit; give perigee_altitude_km and apogee_altitude_km, or semi_major_axis_km and"
            " eccentricity, or c3_km2_s2 for an escape"
        )
    perigee = _perigee_altitude(table)
    apogee = table.number("apogee_altitude_km", at_most=HIGHEST_APOGEE_ALTITUDE_M)
    if perigee > apogee:
        written = table.written("apogee_altitude_km")
        raise table.wrong(
            "perigee_altitude_km", f"is above {written} = {_as_written(table, written)}; swap them?"
        )
    a = re + 0.5 * (perigee + apogee)
    return a, 0.5 * (apogee - perigee) / a


def _size_from_axis(table: Table, re: float) -> tuple[float, float]:
    """Semi-major axis, m, and eccentricity as given, the perigee checked."""
    for key in ("perigee_altitude_km", "apogee_altitude_km"):
        if table.has(key):
            raise table.wrong(
                key, "says the size of the orbit twice; keep it or semi_major_axis_km with eccentricity"
            )
    a = table.number("semi_major_axis_km", above=0.0)
    e = table.number("eccentricity", at_least=0.0, below=1.0)
    perigee, apogee = a * (1.0 - e) - re, a * (1.0 + e) - re
    if perigee < LOWEST_PERIGEE_ALTITUDE_M:
        raise table.wrong(
            "semi_major_axis_km",
            f"with eccentricity = {e:.10g} puts the perigee at {perigee / 1e3:.6g} km;"
            f" it must be at least {LOWEST_PERIGEE_ALTITUDE_M / 1e3:.0f} km",
        )
    if apogee > HIGHEST_APOGEE_ALTITUDE_M:
        raise table.wrong(
            "semi_major_axis_km",
            f"puts the apogee at {apogee / 1e3:.6g} km, which is out of reach; use c3_km2_s2 to escape",
        )
    return a, e


def _escape(table: Table, mu: float, re: float, has_date: bool) -> Target:
    """A hyperbola from its energy and the direction of its outgoing asymptote."""
    for key in _CLOSED_ONLY:
        if table.has(key):
            raise table.wrong(key, "belongs to a closed orbit and c3_km2_s2 to an escape; remove one of them")
    c3 = table.number("c3_km2_s2", above=0.0, at_most=1e9)
    half = math.pi / 2.0
    declination = table.number("declination_deg", at_least=-half, at_most=half)
    right_ascension = _right_ascension_of_asymptote(table, has_date, declination)
    e = None
    if table.has("perigee_altitude_km"):
        e = 1.0 + (re + _perigee_altitude(table)) * c3 / mu
    if _written_inclination(table) == "sso":
        raise table.wrong("inclination_deg", "has no meaning on an escape; give an angle or leave it out")
    inclination = _inclination(table)
    if inclination is not None:
        steepest = min(inclination, math.pi - inclination)
        if steepest < abs(declination) - 1e-12:
            raise table.wrong(
                "inclination_deg",
                f"cannot reach an asymptote of declination {math.degrees(declination):.6g} deg; it"
                f" must be from {abs(math.degrees(declination)):.6g} to"
                f" {180.0 - abs(math.degrees(declination)):.6g} deg",
            )
    return Target(
        semi_major_axis_m=-mu / c3,
        eccentricity=e,
        inclination_rad=inclination,
        c3_m2_s2=c3,
        declination_rad=declination,
        ra_of_asymptote_rad=right_ascension,
    )


def _right_ascension_of_asymptote(table: Table, has_date: bool, declination: float) -> float | None:
    """Right ascension of the outgoing asymptote, rad; None when free."""
    turn = 2.0 * math.pi
    angle: float | None = table.number("ra_of_asymptote_deg", None, at_least=-turn, at_most=turn)
    if angle is None:
        table.assume("target.ra_of_asymptote_deg is free (not given)")
        return None
    if math.cos(declination) < 1e-9:
        raise table.wrong("ra_of_asymptote_deg", "has no meaning for an asymptote along the pole; remove it")
    if not has_date:
        raise table.wrong(
            "ra_of_asymptote_deg", "needs a date, since the Earth turns; add launch_date_utc or epoch_utc"
        )
    return angle % turn


def _perigee_altitude(table: Table) -> float:
    """Perigee altitude, m; the floor has a sentence of its own because it is a rule of the program."""
    perigee: float = table.number("perigee_altitude_km")
    if perigee < LOWEST_PERIGEE_ALTITUDE_M:
        raise table.wrong(
            "perigee_altitude_km",
            f"is below {LOWEST_PERIGEE_ALTITUDE_M / 1e3:.0f} km; there are no suborbital targets,"
            " choose a perigee of at least 120 km",
        )
    return perigee


def _inclination(table: Table) -> float | None:
    """Inclination, rad; None when free."""
    if isinstance(_written_inclination(table), str):
        raise table.wrong("inclination_deg", 'must be an angle from 0 to 180 deg, or "sso"')
    inclination: float | None = table.number("inclination_deg", None, at_least=0.0, at_most=math.pi)
    if inclination is None:
        table.assume("target.inclination_deg is free (not given)")
    return inclination


def _written_inclination(table: Table) -> Any:
    """What stands under the inclination, a number or a word, out of its `{ value = … }` table; None when absent."""
    key = table.written("inclination_deg")
    return table.value_and_source(key)[0] if key in table.data else None


def _sun_synchronous_inclination(table: Table, a: float, e: float, mu: float, re: float, j2: float) -> float:
    inclination = sun_synchronous_inclination_rad(a, e, mu, re, j2)
    if inclination is None:
        raise table.wrong(
            "inclination_deg",
            f"is impossible for a semi-major axis of {a / 1e3:.6g} km: its node moves too slowly at any"
            " inclination; choose a lower orbit",
        )
    table.assume(f"target.inclination_deg = {math.degrees(inclination):.4f} (sso, from the J2 node rate)")
    return inclination


def _node(
    table: Table, has_date: bool, is_sphere: bool, inclination_rad: float | None
) -> tuple[float | None, float | None]:
    """Right ascension of the ascending node, rad, and local time of it, h; at most one of them.

    Without a date only a replaced world has a direction to count from: benchmark problems take the site's meridian.
    """
    if table.has("ra_of_asc_node_deg") and table.has("ltan_h"):
        raise table.wrong("ltan_h", "fixes the node a second time; keep it or ra_of_asc_node_deg")
    turn = 2.0 * math.pi
    node = table.number("ra_of_asc_node_deg", None, at_least=-turn, at_most=turn)
    ltan_s = table.number("ltan_h", None, at_least=0.0, below=24.0 * SECONDS_PER_HOUR)
    if ltan_s is not None and not has_date:
        raise table.wrong("ltan_h", "needs a date, since the Sun moves; add launch_date_utc or epoch_utc")
    is_equatorial = inclination_rad is not None and math.sin(inclination_rad) < 1e-9
    if is_equatorial and (node is not None or ltan_s is not None):
        key = "ltan_h" if node is None else "ra_of_asc_node_deg"
        raise table.wrong(key, "has no meaning on an equatorial orbit; remove it")
    if node is not None and not has_date and not is_sphere:
        raise table.wrong(
            "ra_of_asc_node_deg", "needs a date, since the Earth turns; add launch_date_utc or epoch_utc"
        )
    if node is not None and not has_date:
        table.assume(
            "target.ra_of_asc_node_deg counts from the site's meridian at lift-off (no date is given)"
        )
    return (
        None if node is None else node % turn,
        None if ltan_s is None else ltan_s / SECONDS_PER_HOUR,
    )


def _arg_of_pericenter(table: Table, e: float) -> float | None:
    """Argument of pericenter, rad; None when free."""
    turn = 2.0 * math.pi
    angle: float | None = table.number("arg_of_pericenter_deg", None, at_least=-turn, at_most=turn)
    if angle is None:
        return None
    if e < ROUND_ECCENTRICITY:
        raise table.wrong("arg_of_pericenter_deg", "has no meaning on a circular orbit; remove it")
    return angle % turn


def _as_written(table: Table, key: str) -> str:
    """The number under a written key, for a message."""
    value = table.data[key]
    value = value["value"] if isinstance(value, dict) else value
    return f"{value:.10g}"
