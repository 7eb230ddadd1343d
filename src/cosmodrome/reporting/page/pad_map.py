"""The map about the pad: azimuthal equidistant, with range rings, the track and where everything comes down.

Drawn when the page is written, so that it prints and needs no script.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from cosmodrome.reporting.columns import Columns
from cosmodrome.reporting.labels import number
from cosmodrome.reporting.page.land import land_about
from cosmodrome.reporting.page.lettering import MAP_WIDTH, Lettering, in_both_sizes
from cosmodrome.reporting.page.marks import (
    burn_rows,
    drop_crosses,
    drop_letters,
    event_dots,
    map_of,
    pad_sign,
    place_text,
)
from cosmodrome.reporting.page.markup import Markup, el
from cosmodrome.reporting.page.paths import Frame, line_path
from cosmodrome.reporting.places import on_map_km, placed, release_event, round_step
from cosmodrome.reporting.record import told_once

Array = numpy.ndarray[Any, Any]
Row = Mapping[str, Any]

# Farther from the pad than this the map about it would be out of shape: it then shows the beginning of the flight, at
# least so much of it, and somewhat more than the farthest drop.
_FAR_KM, _NEAR_KM, _BEYOND_DROPS = 7000.0, 2000.0, 1.15


def pad_map(result: Row, columns: Columns) -> Markup:
    """The flight's beginning, or all of it where it stays near, about the pad: distances and bearings are true."""
    pad = (float(columns["latitude_deg"][0]), float(columns["longitude_deg"][0]))
    drops = placed(result["drop_points"])
    x, y = on_map_km(pad, columns["latitude_deg"], columns["longitude_deg"])
    shown = _shown_rows(x, y, drops)
    x, y = x[:shown], y[:shown]
    drop_x, drop_y = on_map_km(pad, [d["latitude_deg"] for d in drops], [d["longitude_deg"] for d in drops])
    frame = _window(numpy.concatenate([[0.0], x, drop_x]), numpy.concatenate([[0.0], y, drop_y]))
    events = [e for e in placed(told_once(result["events"])) if e["t_s"] <= columns["t_s"][shown - 1]]
    event_x, event_y = on_map_km(
        pad, [e["latitude_deg"] for e in events], [e["longitude_deg"] for e in events]
    )
    marks = list(zip(drops, *frame.drawn(drop_x, drop_y), strict=True))

    def names(lettering: Lettering, is_narrow: bool) -> list[Markup]:
        origin = frame.drawn([0.0], [0.0])
        lettering.keep_clear(float(origin[0][0]), float(origin[1][0]), 0.7 * lettering.size)
        lettering.keep_clear_along(*frame.drawn(x, y))
        for _, across, down in marks:
            lettering.keep_clear(float(across), float(down), 0.5 * lettering.size)
        written = lettering.beside(float(origin[0][0]), float(origin[1][0]), "pad", "pad-name")
        for letter, (drop, across, down) in zip(drop_letters(drops), marks, strict=True):
            text = (
                letter if is_narrow else f"{letter} {drop['body']}, {number(drop['downrange_m'], 0, 1e3)} km"
            )
            written += lettering.beside(float(across), float(down), text, "drop-name")
        return written + _ring_names(frame, lettering, is_narrow)

    return map_of(
        "map-pad",
        f"Map about the pad at {place_text(*pad)}: {_told(drops)}",
        frame,
        [
            *land_about(pad, frame),
            el("path", d=_graticule_about(pad, frame), class_="graticule"),
            *_rings(frame),
            *_track(frame, (x, y), columns["t_s"][:shown], result["burns"]),
            *_releases(result, pad, frame, drops, drop_x, drop_y),
            *event_dots(events, *frame.drawn(event_x, event_y)),
            *drop_crosses(marks),
            pad_sign(*frame.drawn([0.0], [0.0])),
            *in_both_sizes(frame.height, names),
        ],
    )


def _told(drops: Sequence[Row]) -> str:
    if not drops:
        return "nothing comes down."
    return (
        "; ".join(f"{d['body']} comes down {number(d['downrange_m'], 0, 1e3)} km away" for d in drops) + "."
    )


def _shown_rows(x: Array, y: Array, drops: Sequence[Row]) -> int:
    """How many rows of the trajectory the map about the pad shows."""
    distance = numpy.hypot(x, y)
    if float(distance.max()) <= _FAR_KM:
        return len(x)
    reach = max([_NEAR_KM, *(_BEYOND_DROPS * d["downrange_m"] / 1e3 for d in drops)])
    return int(numpy.argmax(distance > min(reach, _FAR_KM)))


def _window(x: Array, y: Array) -> Frame:
    """The frame (km) around the points with margins, half to once as high as wide."""
    west, east, south, north = (float(v) for v in (x.min(), x.max(), y.min(), y.max()))
    margin = 0.1 * max(east - west, north - south, 50.0)
    west, east, south, north = west - margin, east + margin, south - margin, north + margin
    short = max(0.5 * (east - west) - (north - south), 0.0) / 2.0
    thin = max(1.15 * (north - south) - (east - west), 0.0) / 2.0
    return Frame(west - thin, east + thin, south - short, north + short, MAP_WIDTH)


def _graticule_about(pad: tuple[float, float], frame: Frame) -> str:
    degrees_across = (frame.east - frame.west) / 111.2
    steps = (1.0, 2.0, 5.0, 10.0, 15.0)
    step = next((s for s in steps if degrees_across / s <= 8.0), 30.0)
    # Meridians crowd towards the poles: keep them about as far apart on the page as the parallels.
    wide = step / math.cos(math.radians(min(abs(pad[0]), 75.0)))
    step_east = next((s for s in steps if s >= wide), 30.0)
    around, upward = pad[1] + numpy.linspace(-179.0, 179.0, 360), numpy.linspace(-89.0, 89.0, 180)
    lines = [(numpy.full(360, lat), around) for lat in numpy.arange(-90.0 + step, 90.0, step)]
    first = math.ceil((pad[1] - 180.0) / step_east) * step_east
    lines += [(upward, numpy.full(180, lon)) for lon in numpy.arange(first, first + 360.0, step_east)]
    return "".join(line_path(frame, *on_map_km(pad, *line)) for line in lines)


def _ring_radii(frame: Frame) -> list[float]:
    reach = max(math.hypot(x, y) for x in (frame.west, frame.east) for y in (frame.south, frame.north))
    step = round_step(reach / 5.0)
    return [float(r) for r in numpy.arange(step, reach, step)]


def _rings(frame: Frame) -> list[Markup]:
    x, y = frame.drawn([0.0], [0.0])
    return [
        el("circle", cx=f"{x[0]:.1f}", cy=f"{y[0]:.1f}", r=f"{radius * frame.scale:.1f}", class_="ring")
        for radius in _ring_radii(frame)
    ]


def _ring_names(frame: Frame, lettering: Lettering, is_narrow: bool) -> list[Markup]:
    """The radius on every ring, at the first of eight bearings where there is room."""
    written: list[Markup] = []
    for rank, radius in enumerate(_ring_radii(frame), 1):
        if is_narrow and rank % 2:
            continue
        for bearing in numpy.radians([135, 45, 225, 315, 90, 270, 180, 0]):
            x, y = frame.drawn([radius * math.sin(bearing)], [radius * math.cos(bearing)])
            found = lettering.at(float(x[0]), float(y[0]), f"{number(radius)} km", "ring-name")
            if found:
                written += found
                break
    return written


def _track(frame: Frame, place: tuple[Array, Array], t_s: Array, burns: Sequence[Row]) -> list[Markup]:
    x, y = place
    return [
        el("path", d=line_path(frame, x, y), class_="track coast"),
        *(
            el("path", d=line_path(frame, x[rows], y[rows]), class_="track burn")
            for rows in burn_rows(t_s, burns)
        ),
    ]


def _releases(
    result: Row, pad: tuple[float, float], frame: Frame, drops: Sequence[Row], x: Array, y: Array
) -> list[Markup]:
    """Lines from where a body is released to where it comes down."""
    lines = []
    for drop, drop_x, drop_y in zip(drops, x, y, strict=True):
        event = release_event(result, drop["body"])
        if event is not None:
            from_x, from_y = on_map_km(pad, [event["latitude_deg"]], [event["longitude_deg"]])
            both = (numpy.array([from_x[0], drop_x]), numpy.array([from_y[0], drop_y]))
            lines.append(el("path", d=line_path(frame, *both), class_="fall"))
    return lines
