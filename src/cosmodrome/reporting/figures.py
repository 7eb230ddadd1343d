"""The figures of a run: profiles over time, attitude, velocity budget, limits, ground track.

draw_figures -> profile.png  attitude.png  ground_track.png  delta_v.png  limits.png
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
from matplotlib.ticker import MaxNLocator

from cosmodrome.reporting.canvas import (
    AMBER,
    BLUE,
    GREEN,
    INK,
    MUTED,
    RED,
    SERIES,
    TEAL,
    VIOLET,
    Sheet,
    limit_line,
    sheet,
)
from cosmodrome.reporting.columns import Columns
from cosmodrome.reporting.curves import attitude, inertial_speed, limited_curve
from cosmodrome.reporting.ground_track import draw_ground_track
from cosmodrome.reporting.labels import LimitRow, limit_rows, moment_text, number, orbit_text, significant
from cosmodrome.reporting.time_axis import EVENT_LABELS_IN, draw_time_axis, mark_events, time_axis

Array = numpy.ndarray[Any, Any]


def figure_names(result: Mapping[str, Any], columns: Columns) -> list[str]:
    """The names of the figures that the data allow; none without a flown trajectory (an infeasible mission)."""
    if not columns or len(columns["t_s"]) < 2:
        return []
    names = ["profile", "attitude", "ground_track"]
    if result["delta_v_m_s"] and None not in result["delta_v_m_s"].values():
        names.append("delta_v")
    if limit_rows(result):
        names.append("limits")
    return names


def draw_figure(
    name: str, result: Mapping[str, Any], columns: Columns, mission_name: str, path: Path | None = None
) -> Sheet:
    """The figure of one of `figure_names`, saved as PNG where there is a path for it."""
    subtitle = f"{result['status']}: {number(result['payload_kg'])} kg to {orbit_text(result['insertion'])}"
    return _DRAW[name](result, columns, mission_name, subtitle, path)


def draw_figures(result: Mapping[str, Any], columns: Columns, mission_name: str, folder: Path) -> list[Path]:
    """Draw every figure that the data allow into `folder`, made if absent; the paths written, and no folder where there
    are none."""
    drawn = {name: folder / f"{name}.png" for name in figure_names(result, columns)}
    if drawn:
        folder.mkdir(parents=True, exist_ok=True)
    for name, path in drawn.items():
        draw_figure(name, result, columns, mission_name, path)
    return list(drawn.values())


def draw_profile(
    result: Mapping[str, Any], columns: Columns, title: str, subtitle: str, path: Path | None
) -> Sheet:
    """Altitude, speed, dynamic pressure, axial acceleration and mass over time, with events and limits."""
    t = columns["t_s"]
    inertial = inertial_speed(columns)
    panels: list[tuple[str, str | None, list[tuple[str, Any, str]]]] = [
        ("Altitude, km", None, [("", columns["altitude_m"] / 1e3, BLUE)]),
        (
            "Speed, m/s",
            None,
            [("inertial", inertial, MUTED), ("relative to the Earth", columns["speed_relative_m_s"], BLUE)],
        ),
        ("Dynamic pressure, kPa", "max_dynamic_pressure", [("", columns["dynamic_pressure_pa"] / 1e3, TEAL)]),
        ("Axial acceleration, g", "max_axial_acceleration", [("", columns["axial_acceleration_g"], AMBER)]),
        ("Mass, t", None, [("", columns["mass_kg"] / 1e3, VIOLET)]),
    ]
    rows = {row.key: row for row in limit_rows(result)}
    with sheet(path, title, subtitle, 9.0, 11.2, top_in=EVENT_LABELS_IN) as figure:
        axes = figure.subplots(len(panels), 1, sharex=True)
        for ax, (label, limited, curves) in zip(axes, panels, strict=True):
            for name, values, colour in curves:
                ax.plot(t, values, color=colour, label=name or None)
            if any(name for name, _, _ in curves):
                ax.legend(loc="upper left", reverse=True)
            peak = max(float(values.max()) for _, values, _ in curves)
            for key in (k for k in rows if limited and k.startswith(limited)):
                row = rows[key]
                limit_line(ax, row.limit, f"limit {significant(row.limit)} {row.unit}", peak)
            ax.set_ylabel(label)
            ax.set_ylim(bottom=0.0)
            ax.yaxis.set_major_locator(MaxNLocator(5))
        axis = time_axis(t, result["burns"])
        draw_time_axis(axes, axis)
        mark_events(axes, result["events"], axis)
        figure.align_ylabels(list(axes))
    return figure


def draw_attitude(
    result: Mapping[str, Any], columns: Columns, title: str, subtitle: str, path: Path | None
) -> Sheet:
    """Pitch and azimuth of the thrust axis beside those of the velocity relative to the Earth."""
    t = columns["t_s"]
    angles = attitude(columns)
    coasting = (columns["phase"] == "coast") | (columns["throttle"] <= 0.0)
    with sheet(path, title, subtitle, 9.0, 6.6, top_in=EVENT_LABELS_IN) as figure:
        axes = figure.subplots(2, 1, sharex=True)
        for ax, thrust, velocity, label in (
            (axes[0], angles.pitch_deg, angles.flight_path_deg, "Above the horizon, deg"),
            (axes[1], angles.heading_deg, angles.course_deg, "Azimuth from north, deg"),
        ):
            ax.plot(t, velocity, color=MUTED, linewidth=1.2, label="velocity relative to the Earth")
            ax.plot(t, numpy.where(coasting, numpy.nan, thrust), color=BLUE, label="thrust axis")
            if coasting.any():
                ax.plot(
                    t,
                    numpy.where(coasting, thrust, numpy.nan),
                    color=BLUE,
                    linewidth=1.0,
                    linestyle=":",
                    label="axis while coasting",
                )
            ax.set_ylabel(label)
            ax.yaxis.set_major_locator(MaxNLocator(6))
        axes[0].axhline(0.0, color=INK, linewidth=0.7)
        axes[0].legend(loc="upper right", reverse=True)
        low, high = axes[1].get_ylim()
        # An azimuth that hardly changes should look so.
        if high - low < 4.0:
            axes[1].set_ylim((low + high) / 2 - 2.0, (low + high) / 2 + 2.0)
        axis = time_axis(t, result["burns"])
        draw_time_axis(axes, axis)
        mark_events(axes, result["events"], axis)
        figure.align_ylabels(list(axes))
    return figure


def draw_delta_v(
    result: Mapping[str, Any], columns: Columns, title: str, subtitle: str, path: Path | None
) -> Sheet:
    """The velocity budget as a waterfall: what the Earth and the engines give, what is lost, what remains."""
    budget = result["delta_v_m_s"]
    steps = [
        ("Earth's\nrotation", budget["gain"], GREEN),
        ("engines\nin vacuum", budget["ideal"], GREEN),
        ("back-\npressure", -budget["pressure_loss"], RED),
        ("steering", -budget["steering_loss"], RED),
        ("drag", -budget["drag_loss"], RED),
        ("gravity", -budget["gravity_loss"], RED),
    ]
    with sheet(path, title, subtitle, 9.0, 5.0) as figure:
        ax = figure.subplots()
        level = 0.0
        top = max(level_after for level_after in numpy.cumsum([change for _, change, _ in steps]))
        for position, (_, change, colour) in enumerate(steps):
            ax.bar(position, change, bottom=level, color=colour, width=0.62, alpha=0.88)
            level += change
            ax.plot([position - 0.31, position + 1.31], [level, level], color=MUTED, linewidth=0.8)
            text = f"{'+' if change >= 0 else '−'}{number(abs(change), 1)}"
            ax.text(
                position, max(level, level - change) + 0.012 * top, text, ha="center", va="bottom", fontsize=9
            )
        ax.bar(len(steps), level, color=BLUE, width=0.62)
        ax.text(
            len(steps), level + 0.012 * top, number(level, 1), ha="center", va="bottom", fontweight="bold"
        )
        ax.set_xticks(
            range(len(steps) + 1), [label for label, _, _ in steps] + ["inertial speed\nat the end"]
        )
        ax.set_ylabel("Velocity, m/s")
        ax.set_ylim(0.0, 1.1 * top)
        ax.grid(axis="x", visible=False)
        ax.tick_params(axis="x", length=0)
    return figure


def draw_limits(
    result: Mapping[str, Any], columns: Columns, title: str, subtitle: str, path: Path | None
) -> Sheet:
    """Each limit's peak as a share of the limit, and below it when the share was reached."""
    rows = limit_rows(result)
    t = columns["t_s"]
    curves = [(row, _share_curve(row, result, columns)) for row in rows]
    with sheet(path, title, subtitle, 9.0, 3.6 + 0.36 * len(rows)) as figure:
        bars, ax = figure.subplots(2, 1, height_ratios=[0.36 * len(rows) + 0.3, 2.6])
        colours = {row.key: SERIES[index % (len(SERIES) - 1)] for index, row in enumerate(rows)}
        for place, row in enumerate(rows):
            colour = RED if row.state == "broken" else colours[row.key]
            bars.barh(place, 100.0 * row.share, color=colour, height=0.55, alpha=0.9)
            when = "" if row.t_s is None else f" at T+{moment_text(row.t_s)}"
            bound = (
                f"{row.unit}, floor {significant(row.limit)}"
                if row.is_floor
                else f"of {significant(row.limit)}"
            )
            text = f"{significant(row.peak)} {bound} {row.unit}{when}, {row.state}"
            bars.text(
                max(100.0 * row.share, 100.0) + 2.0, place, text, va="center", fontsize=8,
                color=RED if row.state == "broken" else INK,
            )  # fmt: skip
        bars.set_yticks(range(len(rows)), [row.name for row in rows])
        bars.invert_yaxis()
        bars.axvline(100.0, color=RED, linewidth=1.1, linestyle=(0, (5, 3)))
        bars.set_xlim(0.0, max(100.0, *(100.0 * row.share for row in rows)) * 1.75)
        bars.set_xticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100 %"])
        bars.grid(axis="y", visible=False)
        for row, curve in curves:
            if curve is not None:
                ax.plot(t, curve, color=colours[row.key], label=row.name)
        ax.axhline(100.0, color=RED, linewidth=1.1, linestyle=(0, (5, 3)))
        ax.set_ylim(0.0, max(112.0, *(110.0 * row.share for row in rows)))
        ax.set_ylabel("Share of the limit, %")
        if any(curve is not None for _, curve in curves):
            ax.legend(loc="best", frameon=True, facecolor="white", edgecolor="none", framealpha=0.9)
        draw_time_axis([ax], time_axis(t, result["burns"]))
    return figure


def _share_curve(row: LimitRow, result: Mapping[str, Any], columns: Columns) -> Array | None:
    """The limited quantity over time in percent of its limit, NaN where the limit does not apply, `(n,)`."""
    curve = limited_curve(row.key, result, columns)
    return None if curve is None or not row.limit else 100.0 * curve / row.limit


_DRAW = {
    "profile": draw_profile,
    "attitude": draw_attitude,
    "ground_track": draw_ground_track,
    "delta_v": draw_delta_v,
    "limits": draw_limits,
}
