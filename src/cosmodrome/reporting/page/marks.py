"""What both maps carry: their frame, the signs on it, and the letters of the drop points."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from cosmodrome.reporting.labels import moment_text
from cosmodrome.reporting.page.markup import Markup, el
from cosmodrome.reporting.page.paths import Frame

Array = numpy.ndarray[Any, Any]
Row = Mapping[str, Any]


def map_of(identifier: str, label: str, frame: Frame, inside: Sequence[Markup]) -> Markup:
    """The map as an image with its text alternative, the sea below all."""
    return el(
        "svg",
        el("rect", width=f"{frame.width:g}", height=f"{frame.height:.1f}", class_="sea"),
        *inside,
        id=identifier,
        class_="map",
        viewBox=f"0 0 {frame.width:g} {frame.height:.1f}",
        role="img",
        aria_label=label,
    )


def drop_letters(drops: Sequence[Row]) -> list[str]:
    """The letters of the drop points on the maps and in their table: A, B, …, Z, AA, …"""
    return [("" if k < 26 else chr(64 + k // 26)) + chr(65 + k % 26) for k in range(len(drops))]


def place_text(latitude_deg: float, longitude_deg: float) -> str:
    """A place as 51.88° N 128.33° E."""
    north, east = "N" if latitude_deg >= 0.0 else "S", "E" if longitude_deg >= 0.0 else "W"
    return f"{abs(latitude_deg):.2f}° {north} {abs(longitude_deg):.2f}° {east}"


def burn_rows(t_s: Array, burns: Sequence[Row]) -> list[Array]:
    """The rows of the trajectory in which each burn lasts, those of at least two."""
    found = [
        numpy.flatnonzero((t_s >= b["t_start_s"]) & (t_s <= b["t_start_s"] + b["duration_s"])) for b in burns
    ]
    return [rows for rows in found if len(rows) > 1]


def event_dots(events: Sequence[Row], x: Array, y: Array) -> list[Markup]:
    """A ring at each event, named where a pointer rests."""
    return [
        el(
            "circle",
            el("title", f"{event['name']}, T+{moment_text(event['t_s'])}"),
            cx=f"{across:.1f}",
            cy=f"{down:.1f}",
            r="4",
            class_="event",
        )
        for event, across, down in zip(events, x, y, strict=True)
    ]


def drop_crosses(marks: Sequence[tuple[Row, Any, Any]]) -> list[Markup]:
    """A cross at each drop point: told from the round events by its shape."""
    return [
        el(
            "path",
            el("title", f"{drop['body']}, T+{moment_text(drop['t_s'])}"),
            d=f"M{x - 6:.1f} {y - 6:.1f}l12 12m0 -12l-12 12",
            class_="drop",
        )
        for drop, x, y in marks
    ]


def pad_sign(x: Array, y: Array) -> Markup:
    """A triangle on the pad."""
    return el("path", d=f"M{x[0]:.1f} {y[0] - 9:.1f}l8 15h-16Z", class_="pad")
