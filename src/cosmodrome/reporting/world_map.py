"""The whole Earth under a flight, as an equirectangular map: for tracks that go farther than half way round.

No coastlines: they would be data to download, and the graticule says where things are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy
from matplotlib.axes import Axes

from cosmodrome.reporting.canvas import BLUE, GRID, INK, MUTED, RED
from cosmodrome.reporting.columns import Columns

Array = numpy.ndarray[Any, Any]

# points of a drawn line are no farther apart than this: rows of a coast may be, and lines bend near the poles
_STEP_DEG = 0.5
_GRATICULE_DEG = 30.0


def draw_world(ax: Axes, columns: Columns, burns: Sequence[Mapping[str, Any]]) -> None:
    """Draw the track on a map of the Earth: burns thick, coasts thin, with pad and end."""
    latitude, longitude = columns["latitude_deg"], columns["longitude_deg"]
    ax.set(xlim=(-180.0, 180.0), ylim=(-90.0, 90.0), aspect="equal")
    ax.set_xticks(*_degrees(180.0, "E", "W"))
    ax.set_yticks(*_degrees(90.0, "N", "S"))
    ax.axhline(0.0, color=GRID, linewidth=1.4, zorder=1)
    ax.plot(*across_the_edge(*densified(latitude, longitude)), color=BLUE, linewidth=1.0, label="coast")
    label = "burn"
    for burn in burns:
        rows = (columns["t_s"] >= burn["t_start_s"]) & (
            columns["t_s"] <= burn["t_start_s"] + burn["duration_s"]
        )
        line = across_the_edge(*densified(latitude[rows], longitude[rows]))
        ax.plot(*line, color=RED, linewidth=2.6, solid_capstyle="butt", zorder=4, label=label)
        label = "_one entry for all"
    ax.plot(longitude[0], latitude[0], "^", color=INK, markersize=7, zorder=6, linestyle="", label="pad")
    ax.plot(
        longitude[-1], latitude[-1], "o", color="white", markeredgecolor=INK, markersize=5.5, zorder=6,
        linestyle="", label="end of the flight",
    )  # fmt: skip
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=4, fontsize=8, labelcolor=INK, handlelength=1.6
    )
    ax.tick_params(labelsize=7, labelcolor=MUTED)


def densified(latitude_deg: Array, longitude_deg: Array) -> tuple[Array, Array]:
    """Latitude and longitude, deg, with points put between those farther apart than half a degree, along the shortest
    way over the sphere."""
    latitude, longitude = numpy.radians(latitude_deg), numpy.radians(longitude_deg)
    r = numpy.stack(
        [
            numpy.cos(latitude) * numpy.cos(longitude),
            numpy.cos(latitude) * numpy.sin(longitude),
            numpy.sin(latitude),
        ],
        axis=-1,
    )
    chord = numpy.linalg.norm(numpy.diff(r, axis=0), axis=-1)
    pieces = numpy.maximum(1, numpy.ceil(chord / numpy.radians(_STEP_DEG))).astype(int)
    places = numpy.concatenate([[0.0], numpy.cumsum(pieces)])
    fine = numpy.stack(
        [numpy.interp(numpy.arange(places[-1] + 1), places, r[:, k]) for k in range(3)], axis=-1
    )
    return (
        numpy.degrees(numpy.arctan2(fine[:, 2], numpy.hypot(fine[:, 0], fine[:, 1]))),
        numpy.degrees(numpy.arctan2(fine[:, 1], fine[:, 0])),
    )


def across_the_edge(latitude_deg: Array, longitude_deg: Array) -> tuple[Array, Array]:
    """Longitude and latitude, deg, of a line that leaves the map at one edge and comes back at the other."""
    x, y = [], []
    for k in range(len(longitude_deg)):
        turn = longitude_deg[k] - longitude_deg[k - 1] if k else 0.0
        if abs(turn) > 180.0:
            edge = 180.0 if turn < 0.0 else -180.0
            before, after = edge - longitude_deg[k - 1], edge + longitude_deg[k]
            share = before / (before + after) if before + after else 0.0
            at_edge = latitude_deg[k - 1] + share * (latitude_deg[k] - latitude_deg[k - 1])
            x += [edge, numpy.nan, -edge]
            y += [at_edge, numpy.nan, at_edge]
        x.append(longitude_deg[k])
        y.append(latitude_deg[k])
    return numpy.array(x), numpy.array(y)


def _degrees(most: float, positive: str, negative: str) -> tuple[list[float], list[str]]:
    """Places and names of the lines of the graticule."""
    places = [float(x) for x in numpy.arange(-most, most + 1.0, _GRATICULE_DEG)]
    return places, [hemisphere(x, positive, negative) for x in places]


def hemisphere(degrees: float, positive: str, negative: str) -> str:
    """An angle with the letter of its hemisphere, as 30°N."""
    rounded = round(degrees)
    return f"{abs(rounded)}°{'' if rounded == 0 else positive if rounded > 0 else negative}"
