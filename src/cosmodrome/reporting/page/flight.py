"""The flight told: timeline, burns of the last stage, plots, maps and drop points."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy

from cosmodrome.reporting.columns import Columns
from cosmodrome.reporting.labels import moment_text, number, significant, span_text
from cosmodrome.reporting.page.marks import drop_letters
from cosmodrome.reporting.page.markup import Child, Markup, el
from cosmodrome.reporting.page.pad_map import pad_map
from cosmodrome.reporting.page.series import Curve, Panel
from cosmodrome.reporting.page.tables import Column, table
from cosmodrome.reporting.page.world_map import world_map
from cosmodrome.reporting.places import placed
from cosmodrome.reporting.record import burns_of_last_stage, told_once

Row = Mapping[str, Any]


def timeline_table(events: Sequence[Row]) -> Markup:
    """Every event with its number, which marks it in the plots as well."""
    is_long = max(event["t_s"] or 0.0 for event in events) >= 3600.0
    columns = [
        Column("No."),
        Column("Event", is_number=False),
        Column("T+", "s"),
        *([Column("T+", "h:mm:ss")] if is_long else []),
        Column("Altitude", "km"),
        Column("Downrange", "km"),
        Column("Relative speed", "m/s"),
        Column("Inertial speed", "m/s"),
        Column("Climb", "deg"),
        Column("Mass", "t"),
        Column("q", "kPa"),
        Column("Axial", "g"),
        Column("Latitude", "deg"),
        Column("Longitude", "deg"),
    ]
    rows = [
        [
            str(rank),
            event["name"],
            number(event["t_s"], 1),
            *([_clock(event["t_s"])] if is_long else []),
            number(event["altitude_m"], 1, 1e3),
            number(event["downrange_m"], 1, 1e3),
            number(event["speed_relative_m_s"], 0),
            number(event["speed_inertial_m_s"], 0),
            number(event["flight_path_angle_deg"], 1),
            number(event["mass_kg"], 2, 1e3),
            number(event["dynamic_pressure_pa"], 1, 1e3),
            number(event["axial_acceleration_g"], 2),
            number(event["latitude_deg"], 3),
            number(event["longitude_deg"], 3),
        ]
        for rank, event in enumerate(told_once(events), 1)
    ]
    return table("Timeline", columns, rows, header=1, identifier="timeline-table", can_copy=True)


def burns_table(result: Row) -> Markup | None:
    """Burns of the last stage and the coasts between them; None where it burns once."""
    burns = burns_of_last_stage(result)
    if len(burns) < 2:
        return None
    rows: list[list[Child]] = []
    ended: float | None = None
    for rank, burn in enumerate(burns, 1):
        start, length = burn["t_start_s"], burn["duration_s"]
        if ended is not None and start is not None:
            rows.append(["Coast", moment_text(ended), span_text(start - ended), "", ""])
        ended = None if start is None or length is None else start + length
        rows.append(
            [
                f"Burn {rank}",
                moment_text(start),
                "–" if length is None else span_text(length),
                number(burn["propellant_kg"], 1),
                number(burn["delta_v_m_s"], 1),
            ]
        )
    columns = [
        Column("Stretch", is_number=False),
        Column("Start", "T+"),
        Column("Length"),
        Column("Propellant", "kg"),
        Column("Delta v", "m/s"),
    ]
    return table("Burns of the last stage", columns, rows, identifier="burns-table", can_copy=True)


def plots(shown: Sequence[Panel], t_s: Any) -> Markup:
    """The plots' frames, each with its text alternative; the page's script draws into them."""
    tools = el(
        "div",
        el("div", id="views", class_="views", role="group", aria_label="Stretch of the flight"),
        el(
            "div",
            el("label", "Moment", for_="moment"),
            el("input", type="range", id="moment", min="0", max="1000", value="0"),
            el("output", id="moment-text", for_="moment"),
            class_="moment",
        ),
        id="plot-tools",
        class_="plot-tools",
        hidden=True,
    )
    return el(
        "div",
        el(
            "p",
            "Thin lines with numbers are the events of the timeline, shaded stretches are coasts. Drag across a plot "
            "to look closer, double-click to see all; all plots share their time.",
            class_="hint",
        ),
        el("noscript", el("p", "The plots need scripts; trajectory.parquet holds their numbers.")),
        tools,
        el("div", [_figure(panel, t_s) for panel in shown], class_="plots"),
    )


def drops_table(drops: Sequence[Row]) -> Markup | None:
    """Where each body comes down; None where nothing does."""
    known = placed(drops)
    if not known:
        return None
    columns = [
        Column("", is_number=False),
        Column("Body", is_number=False),
        Column("Latitude", "deg"),
        Column("Longitude", "deg"),
        Column("Downrange", "km"),
        Column("T+", "s"),
    ]
    rows = [
        [
            letter,
            drop["body"],
            number(drop["latitude_deg"], 3),
            number(drop["longitude_deg"], 3),
            number(drop["downrange_m"], 1, 1e3),
            number(drop["t_s"], 0),
        ]
        for letter, drop in zip(drop_letters(known), known, strict=True)
    ]
    return table("Drop points", columns, rows, header=1, identifier="drops-table", can_copy=True)


def maps(result: Row, columns: Columns) -> Markup:
    """Both maps with their captions."""
    return el(
        "div",
        el(
            "figure",
            pad_map(result, columns),
            el(
                "figcaption",
                "Azimuthal equidistant about the pad: distances and bearings from the pad are true. A flight that goes "
                "far goes on in the map below. ",
                _legend(),
            ),
        ),
        el(
            "figure",
            world_map(result, columns),
            el(
                "figcaption",
                "The whole track, equirectangular. Borders and coasts: Natural Earth, as it draws them; no statement "
                "on the status of any territory.",
            ),
        ),
        class_="maps",
    )


def _legend() -> Markup:
    """What the signs of the maps mean, as words beside the signs themselves."""
    signs = (
        ("track burn", "M0 8h28", "burn"),
        ("track coast", "M0 8h28", "coast"),
        ("fall", "M0 8h28", "fall of a body"),
        ("drop", "M9 3l10 10m0 -10l-10 10", "drop point"),
        ("ring", "M0 8h28", "range ring"),
    )
    return el(
        "span",
        [
            el(
                "span",
                el(
                    "svg", el("path", d=d, class_=kind), viewBox="0 0 28 16", class_="key", aria_hidden="true"
                ),
                f" {text}",
            )
            for kind, d, text in signs
        ],
        class_="legend",
    )


def _figure(panel: Panel, t_s: Any) -> Markup:
    keys = [el("span", curve.name, class_=f"line {curve.style}") for curve in panel.curves if curve.name]
    said = " ".join(_told(curve, panel, t_s) for curve in panel.curves)
    name = f"plot-{panel.id}"
    return el(
        "figure",
        el(
            "figcaption",
            el(
                "span",
                panel.title,
                ", ",
                el("span", panel.unit, class_="unit"),
                class_="plot-title",
                id=f"{name}-title",
            ),
            el("span", keys, class_="lines") if keys else None,
            el("output", class_="now", aria_hidden="true"),
        ),
        el("div", class_="plot", id=name, role="img", aria_labelledby=f"{name}-title {name}-said"),
        el("p", said, class_="said", id=f"{name}-said"),
        class_="panel",
    )


def _told(curve: Curve, panel: Panel, t_s: Any) -> str:
    """What a curve does, in words: its range, when it is there, and the limits."""
    unit = panel.unit.partition(" ")[0]
    highest, lowest = int(numpy.nanargmax(curve.values)), int(numpy.nanargmin(curve.values))
    least, most = _at(curve, lowest, t_s, unit), _at(curve, highest, t_s, unit)
    words = f"{curve.name or panel.title}: at least {least}, at most {most}"
    bounds = [f"limit {significant(row.limit)} {row.unit}, {row.state}" for row in panel.limits]
    return ", ".join([words, *bounds]) + "."


def _at(curve: Curve, row: int, t_s: Any, unit: str) -> str:
    return f"{significant(float(curve.values[row]))} {unit} at T+{moment_text(float(t_s[row]))}"


def _clock(t_s: float) -> str:
    """A time from lift-off as h:mm:ss at any length."""
    whole = round(abs(t_s))
    return f"{'−' if t_s < 0.0 and whole else ''}{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
