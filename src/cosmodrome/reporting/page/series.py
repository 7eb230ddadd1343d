"""The curves of the page as data: one time axis, the panels over it, events, coasts and views.

Rows that a straight line between its neighbours replaces to a share of a panel's height are left out; both rows of a
jump, the rows of the largest and smallest values, and the first and last of a curve stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy

from cosmodrome.reporting.columns import Columns
from cosmodrome.reporting.curves import attitude, inertial_speed, limited_curve
from cosmodrome.reporting.labels import LimitRow, limit_rows, significant
from cosmodrome.reporting.record import burns_of_last_stage, coasts, told_once

Array = numpy.ndarray[Any, Any]

# what a left-out row may lie off the line, as a share of its curve's range: a quarter of a pixel, zoomed in tenfold
_OFF = 5e-5
# beyond this share of the ascent the whole flight squeezes it, and the page opens at the ascent
_SQUEEZED = 1.5
# less than this share of the largest dynamic pressure is nothing to be seen
_FELT = 2e-3


@dataclass(frozen=True)
class Curve:
    """One line of a panel, values `(n,)`; `style` is "main", "second" or "coast"."""

    name: str
    values: Array
    style: str = "main"


@dataclass(frozen=True)
class Panel:
    """A plot over time: its curves in one unit, and the limits that hold for it."""

    id: str
    title: str
    unit: str
    curves: tuple[Curve, ...]
    limits: tuple[LimitRow, ...] = ()
    from_zero: bool = True


def panels(result: Mapping[str, Any], columns: Columns) -> list[Panel]:
    """The panels of a flight, from the ground up."""
    angles = attitude(columns)
    coasting = (columns["phase"] == "coast") | (columns["throttle"] <= 0.0)
    rows = limit_rows(result)

    def limits(stem: str) -> tuple[LimitRow, ...]:
        return tuple(row for row in rows if row.key.startswith(stem))

    def limited(id_: str, title: str, unit: str, stem: str, column: str, factor: float = 1.0) -> Panel:
        found = limits(stem)
        curve = limited_curve(found[0].key, result, columns) if found else None
        if curve is None:
            return Panel(id_, title, unit, (Curve("", columns[column] * factor),))
        return Panel(id_, title, found[0].unit, (Curve("", curve),), found)

    def turning(id_: str, title: str, unit: str, axis: Array, velocity: Array) -> Panel:
        curves = (
            Curve("thrust", numpy.where(coasting, numpy.nan, axis)),
            Curve("axis while coasting", numpy.where(coasting, axis, numpy.nan), "coast"),
            Curve("velocity", velocity, "second"),
        )
        return Panel(id_, title, unit, curves, from_zero=False)

    found = [
        Panel("altitude", "Altitude", "km", (Curve("", columns["altitude_m"] / 1e3),)),
        Panel(
            "speed",
            "Speed",
            "m/s",
            (
                Curve("relative to the Earth", columns["speed_relative_m_s"]),
                Curve("inertial", inertial_speed(columns), "second"),
            ),
        ),
        limited("q", "Dynamic pressure", "kPa", "max_dynamic_pressure", "dynamic_pressure_pa", 1e-3),
        limited("q-alpha", "q × angle of attack", "Pa·rad", "max_q_alpha", "q_alpha_pa_rad"),
        limited("acceleration", "Axial acceleration", "g", "max_axial_acceleration", "axial_acceleration_g"),
        Panel("mass", "Mass", "t", (Curve("", columns["mass_kg"] / 1e3),)),
        turning(
            "pitch", "Pitch of thrust", "deg above the horizon", angles.pitch_deg, angles.flight_path_deg
        ),
        turning("azimuth", "Azimuth of thrust", "deg from north", angles.heading_deg, angles.course_deg),
        Panel(
            "throttle", "Throttle", "%", (Curve("", numpy.where(coasting, 0.0, 100.0 * columns["throttle"])),)
        ),
    ]
    heat = limits("fairing_heat_flux")
    if heat and (curve := limited_curve(heat[0].key, result, columns)) is not None:
        found.append(Panel("heat-flux", "Heat flux, fairing off", heat[0].unit, (Curve("", curve),), heat))
    return [_without_empty_curves(panel) for panel in found]


def plot_data(result: Mapping[str, Any], columns: Columns, shown: Sequence[Panel]) -> dict[str, Any]:
    """What the page's script draws: plain lists, None where a curve has no value."""
    t = columns["t_s"]
    events = told_once(result["events"])
    keep = thinned(t, [curve.values for panel in shown for curve in panel.curves], [e["t_s"] for e in events])
    return {
        "t": [round(float(x), 4) for x in t[keep]],
        "panels": [
            {
                "id": panel.id,
                "title": panel.title,
                "unit": panel.unit.partition(" ")[0],
                "fromZero": panel.from_zero,
                "limits": [
                    {"value": row.limit, "text": f"limit {significant(row.limit)} {row.unit}"}
                    for row in panel.limits
                ],
                "curves": [
                    {"name": curve.name, "style": curve.style, "values": _numbers(curve.values[keep])}
                    for curve in panel.curves
                ],
            }
            for panel in shown
        ],
        "events": [
            {"number": number, "t": event["t_s"], "name": event["name"]}
            for number, event in enumerate(events, 1)
        ],
        "coasts": coasts(result["burns"], float(t[0]), float(t[-1])),
        "views": views(result, columns),
    }


def views(result: Mapping[str, Any], columns: Columns) -> list[dict[str, Any]]:
    """The stretches (s) of a flight that can be looked at by a button, the one that is shown first in front."""
    start, end = float(columns["t_s"][0]), float(columns["t_s"][-1])
    whole = _view("Whole flight", start, end)
    burns = burns_of_last_stage(result)
    ascent = _ascent_end(burns, end)
    found = [whole]
    if ascent < end:
        found.insert(0 if end - start > _SQUEEZED * (ascent - start) else 1, _view("Ascent", start, ascent))
    thin_air = _thin_air(columns)
    if thin_air is not None and thin_air - start < 0.6 * (ascent - start):
        found.append(_view("Atmosphere", start, thin_air))
    for rank, burn in enumerate(burns[1:], 2):
        margin = 0.3 * burn["duration_s"]
        ended = burn["t_start_s"] + burn["duration_s"]
        found.append(_view(f"Burn {rank}", burn["t_start_s"] - margin, min(end, ended + margin)))
    return found


def _ascent_end(burns: Sequence[Mapping[str, Any]], end: float) -> float:
    """A little after the first burn of the last stage."""
    if not burns:
        return end
    ended = float(burns[0]["t_start_s"] + burns[0]["duration_s"])
    return min(end, 1.03 * ended)


def _thin_air(columns: Columns) -> float | None:
    """When the dynamic pressure is gone for good; None where there never was any."""
    q = columns["dynamic_pressure_pa"]
    felt = numpy.flatnonzero(q > _FELT * q.max()) if q.max() > 0.0 else numpy.zeros(0, dtype=int)
    return float(columns["t_s"][felt[-1]]) if len(felt) else None


def _view(name: str, start: float, end: float) -> dict[str, Any]:
    return {"name": name, "from": start, "to": end}


def thinned(t_s: Array, curves: Sequence[Array], kept_t_s: Sequence[float]) -> Array:
    """Indices, ascending, of the rows that every curve needs to be drawn within `_OFF` of its range (see above).

    Ramer, Computer Graphics and Image Processing 1 (1972) 244, with the vertical distance instead of the normal one.
    """
    values = numpy.stack([_scaled(curve) for curve in curves])
    forced = {0, len(t_s) - 1}
    jumps = numpy.flatnonzero(numpy.diff(t_s) == 0.0)
    forced.update(int(k) for k in (*jumps, *(jumps + 1)))
    forced.update(int(k) for k in numpy.searchsorted(t_s, kept_t_s).clip(0, len(t_s) - 1))
    for curve in curves:
        gaps = numpy.flatnonzero(numpy.diff(numpy.isnan(curve).astype(int)))
        forced.update(int(k) for k in (*gaps, *(gaps + 1)))
        if not numpy.isnan(curve).all():
            forced.update((int(numpy.nanargmax(curve)), int(numpy.nanargmin(curve))))
    keep = sorted(forced)
    stack = list(pairwise(keep))
    chosen = set(keep)
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        share = (t_s[first + 1 : last] - t_s[first]) / (t_s[last] - t_s[first])
        line = values[:, [first]] + (values[:, [last]] - values[:, [first]]) * share
        off = numpy.abs(values[:, first + 1 : last] - line).max(axis=0)
        worst = int(numpy.argmax(off))
        if off[worst] > _OFF:
            middle = first + 1 + worst
            chosen.add(middle)
            stack += [(first, middle), (middle, last)]
    return numpy.array(sorted(chosen))


def _scaled(curve: Array) -> Array:
    """The curve in shares of its range, 0 where it has no value: rows beside a gap are kept anyway."""
    if numpy.isnan(curve).all():
        return numpy.zeros_like(curve)
    low, high = float(numpy.nanmin(curve)), float(numpy.nanmax(curve))
    return numpy.nan_to_num((curve - low) / ((high - low) or 1.0))


def _without_empty_curves(panel: Panel) -> Panel:
    curves = tuple(curve for curve in panel.curves if not numpy.isnan(curve.values).all())
    return Panel(panel.id, panel.title, panel.unit, curves, panel.limits, panel.from_zero)


def _numbers(values: Array) -> list[float | None]:
    return [None if numpy.isnan(x) else float(f"{x:.6g}") for x in values]
