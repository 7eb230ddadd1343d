"""The map: ground track and drop points, azimuthal equidistant about the pad, with rings and a graticule; where the
flight goes far, its beginning so and all of it on a map of the whole Earth.

Distance and bearing from the pad are true everywhere on the first map (WGS84 geodesics). No coastlines: they would
be data to download, and the graticule says where things are.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from cosmodrome.reporting.canvas import AMBER, BLUE, INK, MUTED, RED, Sheet, sheet
from cosmodrome.reporting.columns import Columns
from cosmodrome.reporting.labels import number
from cosmodrome.reporting.places import hemisphere, on_map_km, placed, release_event, round_step
from cosmodrome.reporting.world_map import draw_world

_WIDTH_IN, _PLOT_WIDTH_IN, _HEADING_IN = 10.0, 9.2, 0.62
# A flight that goes farther than this from its pad is shown on the whole Earth as well: about the pad the far side
# would be drawn out of shape.
_FAR_KM = 7000.0
# The map about the pad then shows its beginning: at least so much of it, and somewhat more than the farthest drop.
_NEAR_KM, _BEYOND_DROPS = 2000.0, 1.15
_WORLD_IN = 5.4
# The ground under a text that lies on lines.
PATCH = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
Array = numpy.ndarray[Any, Any]


def draw_ground_track(
    result: Mapping[str, Any], columns: Columns, title: str, subtitle: str, path: Path | None
) -> Sheet:
    """The track from the pad to the end, where each body leaves it and where it comes down."""
    pad = (float(columns["latitude_deg"][0]), float(columns["longitude_deg"][0]))
    x, y = on_map_km(pad, columns["latitude_deg"], columns["longitude_deg"])
    drops = placed(result["drop_points"])
    is_far = float(numpy.hypot(x, y).max()) > _FAR_KM
    if is_far:
        reach = max([_NEAR_KM, *(_BEYOND_DROPS * d["downrange_m"] / 1e3 for d in drops)])
        near = int(numpy.argmax(numpy.hypot(x, y) > reach))
        x, y = x[:near], y[:near]
    drop_x, drop_y = on_map_km(
        pad, numpy.array([d["latitude_deg"] for d in drops]), numpy.array([d["longitude_deg"] for d in drops])
    )
    window = _window(numpy.concatenate([[0.0], x, drop_x]), numpy.concatenate([[0.0], y, drop_y]))
    map_in = 0.75 + _PLOT_WIDTH_IN * (window[3] - window[2]) / (window[1] - window[0])
    world_in = _WORLD_IN if is_far else 0.0
    with sheet(path, title, subtitle, _WIDTH_IN, _HEADING_IN + map_in + world_in) as figure:
        if is_far:
            ax, world = figure.subplots(2, 1, height_ratios=[map_in, world_in])
            draw_world(world, columns, result["burns"])
        else:
            ax = figure.subplots()
        ax.set(xlim=window[:2], ylim=window[2:], aspect="equal")
        ax.grid(visible=False)
        _draw_graticule(ax, pad, window)
        _draw_rings(ax, window)
        ax.plot(x, y, color=BLUE, linewidth=2.0, zorder=4)
        ax.plot(0.0, 0.0, marker="^", color=INK, markersize=8, zorder=6)
        ax.annotate("pad", (0.0, 0.0), xytext=(0, -14), textcoords="offset points", ha="center", fontsize=8)
        _draw_drops(ax, result, pad, drop_x, drop_y)
        ax.set_xlabel("East of the pad, km")
        ax.set_ylabel("North of the pad, km")
    return figure


def _draw_drops(ax: Axes, result: Mapping[str, Any], pad: tuple[float, float], x: Array, y: Array) -> None:
    """Drop points, named alternately on both sides of the track, joined to where the body was released."""
    drops = placed(result["drop_points"])
    last = _last_on_track(result, pad)
    # Across the track on the page: names of neighbours then do not lie on each other or on the line.
    across = numpy.array([-last[1], last[0]]) / max(float(numpy.hypot(*last)), 1e-9)
    for rank, index in enumerate(sorted(range(len(drops)), key=lambda i: drops[i]["downrange_m"])):
        drop = drops[index]
        released = release_event(result, drop["body"])
        if released is not None:
            from_x, from_y = on_map_km(pad, [released["latitude_deg"]], [released["longitude_deg"]])
            ax.plot(
                [from_x[0], x[index]],
                [from_y[0], y[index]],
                color=RED,
                linewidth=0.9,
                linestyle=":",
                zorder=3,
            )
            ax.plot(from_x, from_y, "o", color="white", markeredgecolor=BLUE, markersize=4.5, zorder=5)
        ax.plot(x[index], y[index], "X", color=RED, markeredgecolor="white", markersize=9, zorder=6)
        side = (1.0 if rank % 2 else -1.0) * (46.0 + 16.0 * (rank // 2 % 2))
        shift = across * side
        ax.annotate(
            f"{drop['body']}\n{number(drop['downrange_m'] / 1e3)} km, T+{number(drop['t_s'])} s",
            (x[index], y[index]),
            xytext=(shift[0], shift[1]),
            textcoords="offset points",
            ha="center" if abs(shift[1]) > abs(shift[0]) else "left" if shift[0] > 0 else "right",
            va="center",
            fontsize=8,
            color=INK,
            arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.7, "shrinkB": 5},
            bbox=PATCH,
            zorder=7,
        )


def _draw_rings(ax: Axes, window: tuple[float, float, float, float]) -> None:
    reach = max(float(numpy.hypot(x, y)) for x in window[:2] for y in window[2:])
    step = round_step(reach / 5.0)
    diagonal = numpy.radians(-45.0 if abs(window[2]) > abs(window[3]) else 45.0)
    for radius in numpy.arange(step, reach, step):
        ax.add_patch(
            Circle((0.0, 0.0), radius, fill=False, edgecolor=AMBER, linewidth=0.8, alpha=0.75, zorder=2)
        )
        for angle in (diagonal, 0.0, numpy.pi / 2, numpy.pi, -numpy.pi / 2):
            x, y = radius * numpy.cos(angle), radius * numpy.sin(angle)
            inside = window[0] < x - 0.03 * reach and x + 0.03 * reach < window[1]
            if inside and window[2] < y - 0.02 * reach and y + 0.02 * reach < window[3]:
                ax.text(
                    x,
                    y,
                    f"{number(radius)} km",
                    fontsize=7,
                    color=AMBER,
                    ha="center",
                    va="center",
                    bbox=PATCH,
                    zorder=2.5,
                )
                break


def _draw_graticule(ax: Axes, pad: tuple[float, float], window: tuple[float, float, float, float]) -> None:
    degrees_across = (window[1] - window[0]) / 111.2
    step = next((s for s in (1.0, 2.0, 5.0, 10.0, 15.0) if degrees_across / s <= 8.0), 30.0)
    # Meridians crowd towards the poles: keep them about as far apart on the page as the parallels.
    step_longitude = next(
        (
            s
            for s in (1.0, 2.0, 5.0, 10.0, 15.0)
            if s >= step / numpy.cos(numpy.radians(min(abs(pad[0]), 75.0)))
        ),
        30.0,
    )
    for latitude in numpy.arange(-90.0 + step, 90.0, step):
        longitude = pad[1] + numpy.linspace(-179.0, 179.0, 720)
        _graticule_line(
            ax,
            pad,
            window,
            numpy.full(720, latitude),
            longitude,
            hemisphere(latitude, "N", "S"),
            at_left=True,
        )
    first = numpy.ceil((pad[1] - 180.0) / step_longitude) * step_longitude
    for longitude in numpy.arange(first, first + 360.0, step_longitude):
        label = hemisphere((longitude + 180.0) % 360.0 - 180.0, "E", "W")
        _graticule_line(
            ax,
            pad,
            window,
            numpy.linspace(-89.0, 89.0, 720),
            numpy.full(720, longitude),
            label,
            at_left=False,
        )


def _graticule_line(
    ax: Axes,
    pad: tuple[float, float],
    window: tuple[float, float, float, float],
    latitude: Array,
    longitude: Array,
    label: str,
    *,
    at_left: bool,
) -> None:
    x, y = on_map_km(pad, latitude, longitude)
    inside = (x > window[0]) & (x < window[1]) & (y > window[2]) & (y < window[3])
    if not inside.any():
        return
    # One neighbour more on each side, so that the line reaches the frame.
    shown = inside | numpy.roll(inside, 1) | numpy.roll(inside, -1)
    ax.plot(
        numpy.where(shown, x, numpy.nan),
        numpy.where(shown, y, numpy.nan),
        color="#cfd8e3",
        linewidth=0.7,
        zorder=1,
    )
    place = numpy.flatnonzero(inside)[numpy.argmin((x if at_left else y)[inside])]
    across = 0.012 * (window[1] - window[0])
    edge = x[place] - window[0] if at_left else y[place] - window[2]
    if edge < 4.0 * across:
        shift = (across, 0.3 * across) if at_left else (0.3 * across, across)
        ax.text(
            x[place] + shift[0], y[place] + shift[1], label, fontsize=7, color=MUTED, ha="left", va="bottom",
            clip_on=True, zorder=1.5,
        )  # fmt: skip


def _window(x: Array, y: Array) -> tuple[float, float, float, float]:
    """West, east, south, north (km) of a frame around the points with margins, half to once as high as wide."""
    west, east, south, north = (
        float(v) for v in (numpy.nanmin(x), numpy.nanmax(x), numpy.nanmin(y), numpy.nanmax(y))
    )
    margin = 0.08 * max(east - west, north - south, 50.0)
    west, east, south, north = west - margin, east + margin, south - margin, north + margin
    short = max(0.5 * (east - west) - (north - south), 0.0) / 2.0
    thin = max(0.9 * (north - south) - (east - west), 0.0) / 2.0
    return west - thin, east + thin, south - short, north + short


def _last_on_track(result: Mapping[str, Any], pad: tuple[float, float]) -> tuple[float, float]:
    """Where the farthest drop or event lies from the pad, km east and north: the way the flight goes."""
    points = placed([*result["events"], *result["drop_points"]])
    if not points:
        return 1.0, 0.0
    farthest = max(points, key=lambda p: float(p["downrange_m"]))
    x, y = on_map_km(pad, [farthest["latitude_deg"]], [farthest["longitude_deg"]])
    return float(x[0]), float(y[0])
