"""The picture of a survey as a user's manual prints it: curves for few values of a key, else a map of contours."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from cosmodrome.reporting.canvas import INK, MUTED, RED, SERIES, Sheet, sheet
from cosmodrome.reporting.labels import number, significant
from cosmodrome.reporting.performance_folder import MEASURES

Array = numpy.ndarray[Any, Any]

# so many curves can be told apart
_MOST_CURVES = 6
_HATCH = "////"
_SHADES = LinearSegmentedColormap.from_list("payload", ["#f4f8fc", "#bcd6ef", "#5b94cf"])


def draw_performance(record: Mapping[str, Any], path: Path | None = None) -> Sheet:
    """The figure of a record's survey, saved as PNG where there is a path for it."""
    axes = record["axes"]
    shape = tuple(len(axis["values"]) for axis in axes)
    counts = record["counts"]
    told = [f"{counts['verified']} of {len(record['points'])} points verified"]
    told += [
        f"{counts[key]} {key}"
        for key in ("infeasible", "unverified", "not-converged", "flagged")
        if counts[key]
    ]
    subtitle = f"{record['vehicle']} from {record['site']}: {', '.join(told)}"
    with sheet(path, record["name"], subtitle, 9.0, 6.4) as figure:
        ax = figure.subplots()
        if len(shape) == 1:
            _draw_curves(ax, record, shape[0], 1, is_first_across=True)
        elif min(shape) <= _MOST_CURVES:
            _draw_curves(ax, record, *shape, is_first_across=shape[1] <= _MOST_CURVES)
        else:
            _draw_map(ax, record, *shape)
        ax.margins(x=0.0)
    return figure


def key_words(axis: Mapping[str, Any]) -> str:
    """A varied key as people say it, with its unit: "target.altitude_km" is "Altitude, km"."""
    table, _, name = axis["key"].partition(".")
    owner, _, field = name.rpartition(".")
    suffix = _suffix(field, axis["unit"])
    words = field.removesuffix(suffix).replace("_", " ")
    text = f"{owner} {words}" if owner else words
    if table not in ("target", "vehicle"):
        text = f"{text} ({table})"
    return f"{text[:1].upper()}{text[1:]}" + (f", {axis['unit']}" if axis["unit"] else "")


def _suffix(field: str, unit: str) -> str:
    """The unit at the end of a key, as it is written there."""
    if not unit:
        return ""
    written = unit.lower().replace("/", "_").replace(" ", "_")
    return f"_{written}" if field.endswith(f"_{written}") else ""


def _draw_curves(ax: Axes, record: Mapping[str, Any], n: int, m: int, *, is_first_across: bool) -> None:
    """One curve over the key across for each value of the other."""
    measure, axes = MEASURES[record["objective"]], record["axes"]
    grid = numpy.array(record["points"], dtype=object).reshape(n, m)
    across, each = (axes[0], axes[1:]) if is_first_across else (axes[1], axes[:1])
    if not is_first_across:
        grid = grid.T
    x = numpy.array(across["values"])
    for k in range(grid.shape[1]):
        column = grid[:, k]
        y = _numbers(column, measure)
        colour = SERIES[k % len(SERIES)]
        label = f"{significant(each[0]['values'][k])} {each[0]['unit']}".strip() if each else ""
        ax.plot(x, y, color=colour, marker="o", markersize=3.0, label=label, clip_on=False)
        _mark_flags(ax, x, y, column)
    silent = numpy.array([all(p[measure] is None for p in row) for row in grid])
    for start, end in _stretches(x, silent):
        ax.axvspan(start, end, facecolor="none", edgecolor=MUTED, hatch=_HATCH, linewidth=0.0, zorder=0)
    ax.set_xlabel(key_words(across))
    ax.set_ylabel(_measure_words(record))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    handles = ax.get_legend_handles_labels()[0] if each else []
    marks = _marks(record, has_hatch=bool(silent.any()))
    if handles or marks:
        title = key_words(each[0]).rpartition(",")[0] or key_words(each[0]) if each else None
        ax.legend(handles=[*handles, *marks], loc="best", title=title)


def _draw_map(ax: Axes, record: Mapping[str, Any], n: int, m: int) -> None:
    """Shades and labelled contours over both keys, the second one across."""
    measure, axes = MEASURES[record["objective"]], record["axes"]
    points = numpy.array(record["points"], dtype=object).reshape(n, m)
    y, x = (numpy.array(axis["values"]) for axis in axes)
    z = numpy.ma.masked_invalid(_numbers(points.ravel(), measure).reshape(n, m))
    ax.set_facecolor("white")
    ax.grid(visible=False)
    if z.count() >= 3:
        levels = MaxNLocator(12).tick_values(float(z.min()), float(z.max()))
        shades = ax.contourf(x, y, z, levels=levels, cmap=_SHADES)
        lines = ax.contour(x, y, z, levels=levels, colors=INK, linewidths=0.8)
        ax.clabel(lines, fmt=lambda value: number(value), fontsize=8, inline_spacing=4)
        bar = ax.figure.colorbar(shades, ax=ax, pad=0.02, aspect=32)
        bar.set_label(_measure_words(record))
        bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        bar.outline.set_visible(False)
    silent = numpy.ma.getmaskarray(z)
    if silent.any():
        ax.patch.set(hatch=_HATCH, edgecolor=MUTED)
    flagged = [point for point in record["points"] if point["flag"] is not None]
    if flagged:
        ax.plot(*zip(*((p["values"][1], p["values"][0]) for p in flagged), strict=True), **_FLAG)
    ax.set_xlabel(key_words(axes[1]))
    ax.set_ylabel(key_words(axes[0]))
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])
    marks = _marks(record, has_hatch=bool(silent.any()))
    if marks:
        ax.legend(handles=marks, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.2)


_FLAG: Any = {
    "marker": "o",
    "markersize": 8.0,
    "markerfacecolor": "none",
    "markeredgecolor": RED,
    "markeredgewidth": 1.3,
    "linestyle": "none",
    "clip_on": False,
    "zorder": 5,
}


def _mark_flags(ax: Axes, x: Array, y: Array, column: Array) -> None:
    flagged = numpy.array([p["flag"] is not None for p in column]) & ~numpy.isnan(y)
    if flagged.any():
        ax.plot(x[flagged], y[flagged], **_FLAG)


def _marks(record: Mapping[str, Any], *, has_hatch: bool) -> list[Any]:
    """What the legend says of marks that are there."""
    marks: list[Any] = []
    if has_hatch:
        marks.append(
            Patch(facecolor="white", edgecolor=MUTED, hatch=_HATCH, linewidth=0.0, label="no ascent found")
        )
    if record["counts"]["flagged"]:
        marks.append(Line2D([], [], label="flagged, see the table", **_FLAG))
    return marks


def _numbers(points: Array, measure: str) -> Array:
    return numpy.array([numpy.nan if p[measure] is None else p[measure] for p in points], dtype=float)


def _stretches(x: Array, silent: Array) -> list[tuple[float, float]]:
    """The stretches of an axis without any payload, to the last value that carries some."""
    found: list[tuple[float, float]] = []
    for k in numpy.flatnonzero(silent):
        low = x[k] if k == 0 else x[k - 1]
        high = x[k] if k == len(x) - 1 else x[k + 1]
        if found and found[-1][1] >= low:
            found[-1] = (found[-1][0], float(high))
        else:
            found.append((float(low), float(high)))
    return found


def _measure_words(record: Mapping[str, Any]) -> str:
    words = {
        "payload": "Payload, kg",
        "margin": "Usable propellant left, kg",
        "final_mass": "Mass at insertion, kg",
    }
    return words[record["objective"]]
