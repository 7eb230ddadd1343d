"""The world map: the whole track on the whole Earth, equirectangular.

Drawn when the page is written, so that it prints and needs no script.
"""

from collections.abc import Mapping
from typing import Any

from cosmodrome.reporting.columns import Columns
from cosmodrome.reporting.page.land import land_of_world
from cosmodrome.reporting.page.lettering import MAP_WIDTH, Lettering, in_both_sizes
from cosmodrome.reporting.page.marks import (
    burn_rows,
    drop_crosses,
    event_dots,
    map_of,
    pad_sign,
    place_text,
)
from cosmodrome.reporting.page.markup import Markup, el
from cosmodrome.reporting.page.paths import Frame, line_path
from cosmodrome.reporting.places import across_the_edge, densified, hemisphere, placed
from cosmodrome.reporting.record import told_once

Row = Mapping[str, Any]

_WORLD = Frame(-180.0, 180.0, -90.0, 90.0, MAP_WIDTH)


def world_map(result: Row, columns: Columns) -> Markup:
    """The whole track on the whole Earth, equirectangular."""
    drops = placed(result["drop_points"])
    drop_x, drop_y = [d["longitude_deg"] for d in drops], [d["latitude_deg"] for d in drops]
    marks = list(zip(drops, *_WORLD.drawn(drop_x, drop_y), strict=True))
    events = placed(told_once(result["events"]))
    lat, lon = columns["latitude_deg"], columns["longitude_deg"]
    start, end = _WORLD.drawn([lon[0]], [lat[0]]), _WORLD.drawn([lon[-1]], [lat[-1]])
    lines = [("coast", lat, lon)]
    lines += [("burn", lat[rows], lon[rows]) for rows in burn_rows(columns["t_s"], result["burns"])]

    def names(lettering: Lettering, is_narrow: bool) -> list[Markup]:
        for across, down in zip(*_WORLD.drawn(lon, lat), strict=True):
            lettering.keep_clear(float(across), float(down), 0.2 * lettering.size)
        written = []
        for (across, down), text in ((start, "pad"), (end, "end")):
            written += lettering.beside(float(across[0]), float(down[0]), text, "pad-name")
        return written if is_narrow else written + _graticule_names(lettering)

    return map_of(
        "map-world",
        f"World map of the track, from the pad at {place_text(float(lat[0]), float(lon[0]))} to its end above "
        f"{place_text(float(lat[-1]), float(lon[-1]))}",
        _WORLD,
        [
            *land_of_world(_WORLD),
            el("path", d=_world_graticule(), class_="graticule"),
            *(
                el("path", d=line_path(_WORLD, *across_the_edge(*densified(*at))), class_=f"track {kind}")
                for kind, *at in lines
            ),
            *event_dots(
                events,
                *_WORLD.drawn([e["longitude_deg"] for e in events], [e["latitude_deg"] for e in events]),
            ),
            *drop_crosses(marks),
            pad_sign(*start),
            el("circle", cx=f"{end[0][0]:.1f}", cy=f"{end[1][0]:.1f}", r="6", class_="end"),
            *in_both_sizes(_WORLD.height, names),
        ],
    )


def _world_graticule() -> str:
    x = [f"M{_WORLD.drawn([lon], [0.0])[0][0]:g} 0V{_WORLD.height:g}" for lon in range(-150, 180, 30)]
    y = [f"M0 {_WORLD.drawn([0.0], [lat])[1][0]:g}H{_WORLD.width:g}" for lat in range(-60, 90, 30)]
    return "".join(x + y)


def _graticule_names(lettering: Lettering) -> list[Markup]:
    written = []
    for degrees in (-60.0, -30.0, 0.0, 30.0, 60.0):
        x, y = _WORLD.drawn([-172.0], [degrees])
        written += lettering.at(float(x[0]), float(y[0]), hemisphere(degrees, "N", "S"), "grid-name")
    for degrees in (-120.0, -60.0, 0.0, 60.0, 120.0):
        x, y = _WORLD.drawn([degrees], [-86.0])
        written += lettering.at(float(x[0]), float(y[0]), hemisphere(degrees, "E", "W"), "grid-name")
    return written
