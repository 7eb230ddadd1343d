"""Words and people's units for the keys of result.json, so that figures and summary say the same."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A limit's peak may pass it by this share before it is called broken: the flight is sampled and integrated to
# finite accuracy, and an active limit sits exactly on its value.
LIMIT_TOLERANCE = 1e-3

# Suffix of a key -> (unit shown, factor from the key's unit). Longer suffixes first: "_pa_rad" ends in
# "_rad".
_SUFFIXES = (
    ("_kw_m2", "kW/m²", 1.0),
    ("_w_m2", "W/m²", 1.0),
    ("_kpa_deg", "kPa·deg", 1.0),
    ("_pa_deg", "Pa·deg", 1.0),
    ("_pa_rad", "Pa·rad", 1.0),
    ("_kpa", "kPa", 1.0),
    ("_pa", "kPa", 1e-3),
    ("_m_s2", "m/s²", 1.0),
    ("_km", "km", 1.0),
    ("_deg", "deg", 1.0),
    ("_m", "km", 1e-3),
    ("_g", "g", 1.0),
)
# The key's own unit where another one is shown: a multiplier counts per unit of the key.
_KEY_UNITS = {"kPa": "Pa", "km": "m"}
_LIMIT_NAMES = {
    "max_dynamic_pressure": "dynamic pressure",
    "max_q_alpha": "q × angle of attack",
    "max_axial_acceleration": "axial acceleration",
    "fairing_heat_flux": "heat flux, fairing off",
    "min_coast_altitude": "lowest coast altitude",
    "launch_azimuth_min": "launch azimuth, least",
    "launch_azimuth_max": "launch azimuth, largest",
}
# How much a mark on a time axis matters when two are too close to be labelled both: first match wins.
_RANKS = (
    "LIFTOFF",
    "PAYLOAD_SEP",
    "_SEP",
    "FAIRING",
    "_CUTOFF",
    "_END",
    "_START",
    "_IGNITION",
    "MAX_Q",
    "MACH_1",
)


@dataclass(frozen=True)
class LimitRow:
    """One limit as shown, values in `unit`; `state` is "kept", "active" or "broken"; `share` is 1 at it."""

    key: str
    name: str
    unit: str
    key_unit: str
    factor: float
    limit: float
    peak: float
    t_s: float | None
    state: str
    is_floor: bool
    share: float
    multiplier: float | None


def unit_of(key: str) -> tuple[str, float]:
    """The unit shown for a key and the factor from the key's own unit to it; ("", 1.0) where it has none."""
    for suffix, unit, factor in _SUFFIXES:
        if key.endswith(suffix):
            return unit, factor
    return "", 1.0


def limit_rows(result: Mapping[str, Any]) -> list[LimitRow]:
    """Every limit of a result that has a peak, in people's units, judged by `LIMIT_TOLERANCE`."""
    rows = []
    for entry in result["limits"]:
        if entry["peak"] is None or entry["limit"] is None:
            continue
        key, limit, peak = entry["name"], float(entry["limit"]), float(entry["peak"])
        unit, factor = unit_of(key)
        stem = next((stem for stem in _LIMIT_NAMES if key.startswith(stem)), None)
        is_floor = key.startswith("min_") or "_min_" in key
        excess = limit - peak if is_floor else peak - limit
        broken = excess > LIMIT_TOLERANCE * max(abs(limit), 1e-12)
        rows.append(
            LimitRow(
                key=key,
                name=_LIMIT_NAMES[stem] if stem else key,
                unit=unit,
                key_unit=_KEY_UNITS.get(unit, unit) if factor != 1.0 else unit,
                factor=factor,
                limit=limit * factor,
                peak=peak * factor,
                t_s=entry["t_s"],
                state="broken" if broken else "active" if entry["active"] else "kept",
                is_floor=is_floor,
                share=_ratio(limit, peak) if is_floor else _ratio(peak, limit),
                multiplier=entry["multiplier"],
            )
        )
    return rows


def spread_events(
    events: Sequence[Mapping[str, Any]], least_gap: float, place: Callable[[float], float] = float
) -> list[tuple[float, str]]:
    """(time s, label) of the events to mark so that labels are at least `least_gap` apart, times ascending.

    The gap is measured between the places of the events, which are their times unless `place` says other.
    Of events closer than that the most telling one stands: a separation before a cut-off, a cut-off before
    Mach 1.
    """
    chosen: list[Mapping[str, Any]] = []
    for event in sorted(events, key=lambda e: _rank(e["code"])):
        if all(abs(place(event["t_s"]) - place(other["t_s"])) >= least_gap for other in chosen):
            chosen.append(event)
    return sorted((float(e["t_s"]), short_label(e)) for e in chosen)


def short_label(event: Mapping[str, Any]) -> str:
    """What a figure has room for: the subject's id with what happens to it, "core separation"; else the event's
    name."""
    if event["code"] == "MAX_Q":
        return "max q"
    burn = re.fullmatch(r"BURN_(\d+)_(START|END)", str(event["code"]))
    if burn and event.get("subject"):
        return f"{event['subject']} burn {burn[1]} {burn[2].lower()}"
    what = {"SEP": "separation", "CUTOFF": "cut-off", "JETTISON": "jettison", "IGNITION": "ignition"}
    told, subject = what.get(str(event["code"]).rpartition("_")[2]), event.get("subject")
    return f"{subject} {told}" if told and subject else str(event["name"])


def number(value: float | None, digits: int = 0, per: float = 1.0) -> str:
    """The number divided by `per` with thin groups of three digits, as 8 213.4; "–" for None."""
    if value is None:
        return "–"
    text = f"{value / per:,.{digits}f}".replace(",", "\u202f")
    # Minus zero would be shown as a difference that is not there.
    return text.removeprefix("-") if not text.strip("-0.,\u202f") else text


def significant(value: float | None) -> str:
    """The number with four significant digits and no trailing zeros, as 187.4 or 2 000; "–" for None."""
    if value is None:
        return "–"
    digits = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    text = number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def orbit_text(insertion: Mapping[str, Any] | None) -> str:
    """The reached orbit in words, "200.0 × 240.0 km at 51.700°", or its C3 when it leaves the Earth."""
    shape = ("inclination_deg", "perigee_altitude_m", "c3_m2_s2")
    if insertion is None or any(insertion[key] is None for key in shape):
        return "no orbit"
    if insertion["c3_m2_s2"] > 0.0 or insertion["apogee_altitude_m"] is None:
        words = f"C3 {number(insertion['c3_m2_s2'], 3, 1e6)} km²/s²"
        if (insertion["eccentricity"] or 0.0) > 1.0 and insertion["arg_of_pericenter_deg"] is not None:
            words += f", declination {number(asymptote_declination_deg(insertion), 2)}°"
        return f"{words}, inclination {insertion['inclination_deg']:.3f}°"
    perigee, apogee = (altitude_text(insertion[f"{end}_altitude_m"] / 1e3) for end in ("perigee", "apogee"))
    return f"{perigee} × {apogee} km at {insertion['inclination_deg']:.3f}°"


def altitude_text(altitude_km: float) -> str:
    """An altitude, km, with a decimal where it still tells something: 240.0, 35 786."""
    return number(altitude_km, 1 if abs(altitude_km) < 10e3 else 0)


def asymptote_declination_deg(insertion: Mapping[str, Any]) -> float:
    """Declination of the outgoing asymptote of a hyperbola, deg.

    It lies acos(-1/e) past the pericenter in the plane of the orbit: sin(declination) = sin i sin(omega + acos(-1/e)).
    Source: Vallado, Fundamentals of Astrodynamics and Applications, 4th ed. (2013), sec. 12.3.
    """
    ahead = math.radians(insertion["arg_of_pericenter_deg"]) + math.acos(-1.0 / insertion["eccentricity"])
    return math.degrees(math.asin(math.sin(math.radians(insertion["inclination_deg"])) * math.sin(ahead)))


def clock_text(t_s: float | None, digits: int = 0) -> str:
    """A time from lift-off: seconds, beyond an hour as h:mm:ss; "–" for None."""
    if t_s is None or abs(t_s) < 3600.0:
        return number(t_s, digits)
    whole = round(abs(t_s))
    return f"{'-' if t_s < 0.0 else ''}{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def moment_text(t_s: float | None) -> str:
    """A time from lift-off inside a sentence: to a tenth of a second with its unit, beyond an hour as h:mm:ss."""
    return clock_text(t_s, 1) + (" s" if t_s is not None and abs(t_s) < 3600.0 else "")


def span_text(seconds: float) -> str:
    """A length of time in its two largest units, as 3 h 16 min, 25 min 10 s, or 12.3 s."""
    if seconds < 60.0:
        return f"{number(seconds, 1)} s"
    if seconds < 3600.0:
        whole = round(seconds)
        return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")
    minutes = round(seconds / 60.0)
    return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else 0.0


def _rank(code: str) -> int:
    return next((rank for rank, part in enumerate(_RANKS) if part in code), len(_RANKS))


def audit_rows(audit: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """What of a flight's books was added up again, and what is left of it; none where nothing flew."""
    if audit is None:
        return []
    sign = "✔" if audit["closes"] else "✖"
    left = [
        "–" if audit[key] is None else f"{abs(audit[key]):.1g}"
        for key in ("energy_gap", "delta_v_gap_m_s", "mass_gap")
    ]
    return [
        ("Work–energy audit", f"{sign} within {left[0]} of the largest kinetic energy"),
        ("Velocity budget", f"within {left[1]} m/s"),
        ("Masses", f"within {left[2]} of the lift-off mass"),
    ]
