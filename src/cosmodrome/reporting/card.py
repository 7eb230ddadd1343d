"""A plan, a flight or a survey as a piece of HTML for a notebook: plain where styles are stripped, as on a forge."""

from collections.abc import Mapping, Sequence
from typing import Any

from cosmodrome.reporting.labels import clock_text, number, orbit_text, significant
from cosmodrome.reporting.page.markup import Child, Markup, code_element, el
from cosmodrome.reporting.page.tables import Column, table
from cosmodrome.reporting.page.verdict import verdict
from cosmodrome.reporting.performance_folder import MEASURES
from cosmodrome.reporting.record import told_once

Row = Mapping[str, Any]
_STYLE = """
.cosmodrome dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13em, 1fr)); gap: 0.4em 1em; }
.cosmodrome dt { opacity: 0.7; font-weight: normal; }
.cosmodrome dd { margin: 0; padding: 0; }
.cosmodrome table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.cosmodrome th, .cosmodrome td { padding: 0.15em 0.6em; text-align: right; }
.cosmodrome th:first-child, .cosmodrome caption { text-align: left; }
.cosmodrome .unit { display: block; opacity: 0.7; font-weight: normal; }
.cosmodrome .scroll { overflow-x: auto; }
"""
_COUNTED = ("verified", "unverified", "infeasible", "not-converged", "inferred", "flagged")


def plan_card(result: Row, background: Row) -> Markup:
    """The verdict as the page of a run has it, then the timeline; `result` as result.json, `background` as
    `cosmodrome.background` makes it."""
    return _card(verdict(result, background), _timeline(result["events"]))


def flight_card(name: str, record: Row) -> Markup:
    """What a flight came to, then its timeline; `record` as `Flight.to_record` with its `status`."""
    headline = el("p", el("strong", name), f" – {record['status']}, {orbit_text(record['insertion'])}")
    masses = el(
        "p",
        f"lift-off mass {number(record['liftoff_mass_kg'], 2, 1e3)} t, payload {number(record['payload_kg'], 1)} kg, "
        f"{number(record['margin_kg'], 1)} kg of usable propellant left in the last stage",
    )
    return _card(headline, masses, _timeline(record["events"]))


def performance_card(record: Row) -> Markup:
    """The table of a survey, the first key down and the second across; a point that is flagged has a star."""
    told = [f"{record['counts'][key]} {key.replace('-', ' ')}" for key in _COUNTED if record["counts"][key]]
    headline = el("p", el("strong", record["name"]), f" – {record['vehicle']} from {record['site']}")
    return _card(headline, el("p", ", ".join(told)), _survey(record))


def _card(*children: Child) -> Markup:
    return el("div", code_element("style", _STYLE), children, class_="cosmodrome")


def _timeline(events: Sequence[Row]) -> Markup | None:
    if not events:
        return None
    columns = [
        Column("Event", is_number=False),
        Column("T+"),
        Column("Altitude", "km"),
        Column("Downrange", "km"),
        Column("Speed", "m/s"),
        Column("Climb", "deg"),
        Column("Mass", "t"),
        Column("q", "kPa"),
        Column("Axial", "g"),
    ]
    rows: list[list[Child]] = [
        [
            event["name"],
            clock_text(event["t_s"], 1),
            number(event["altitude_m"], 1, 1e3),
            number(event["downrange_m"], 1, 1e3),
            number(event["speed_relative_m_s"]),
            number(event["flight_path_angle_deg"], 1),
            number(event["mass_kg"], 2, 1e3),
            number(event["dynamic_pressure_pa"], 1, 1e3),
            number(event["axial_acceleration_g"], 2),
        ]
        for event in told_once(events)
    ]
    return table("Timeline, T+ in s, beyond an hour as h:mm:ss", columns, rows)


def _survey(record: Row) -> Markup:
    measure, down = MEASURES[record["objective"]], record["axes"][0]
    across = record["axes"][1]["values"] if len(record["axes"]) == 2 else [None]
    words = measure.removesuffix("_kg").replace("_", " ")
    if len(record["axes"]) == 2:
        caption = f"{words}, kg: {down['key']} down, {record['axes'][1]['key']} across"
        headings = [Column(significant(value)) for value in across]
    else:
        caption, headings = f"{words}, kg", [Column(words)]
    columns = [Column(down["key"], is_number=False), *headings]
    cells = [number(p[measure], 1) + ("*" if p["flag"] else "") for p in record["points"]]
    width = len(across)
    rows: list[list[Child]] = [
        [significant(value), *cells[k * width : (k + 1) * width]] for k, value in enumerate(down["values"])
    ]
    return table(caption, columns, rows)
