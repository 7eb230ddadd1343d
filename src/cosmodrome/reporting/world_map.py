"""The whole Earth under a flight, as an equirectangular map: for tracks that go farther than half way round.

No coastlines: they would be data to download, and the graticule says where things are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy
from matplotlib.axes import Axes

from cosmodrome.reporting.canvas import BLUE, GRID, INK, MUTED, RED
from cosmodrome.reporting.columns import Columns
from cosmodrome.reporting.places import across_the_edge, densified, hemisphere

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


def _degrees(most: float, positive: str, negative: str) -> tuple[list[float], list[str]]:
    """Places and names of the lines of the graticule."""
    places = [float(x) for x in numpy.arange(-most, most + 1.0, _GRATICULE_DEG)]
    return places, [hemisphere(x, positive, negative) for x in places]
