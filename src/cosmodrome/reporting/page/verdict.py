"""The first screen: what the answer is, what is short where it is no, the orbit asked for and reached, the limits."""

from collections.abc import Mapping, Sequence
from typing import Any

from cosmodrome.reporting.labels import (
    LimitRow,
    clock_text,
    limit_rows,
    moment_text,
    number,
    orbit_text,
    significant,
)
from cosmodrome.reporting.page.marks import place_text
from cosmodrome.reporting.page.markup import Child, Markup, el
from cosmodrome.reporting.page.tables import Column, bar, table
from cosmodrome.reporting.record import WARNING

Row = Mapping[str, Any]

# Told by a sign and a word as well as by colour.
_SIGN = {"verified": "✔", "unverified": "!", "infeasible": "✖", "not-converged": "?"}
_MEANING = {
    "verified": "Flown again from lift-off: the orbit is reached and every limit is kept.",
    "unverified": "Not proved: read below what the flight misses.",
    "infeasible": "This mission cannot be flown as asked.",
    "not-converged": "The search did not end: this is no answer about the rocket.",
}
_STATE_SIGN = {"kept": "✔", "active": "◆", "broken": "✖"}
# What of a limit's bar is used up at the limit itself: broken ones go beyond.
_AT_LIMIT = 0.75


def verdict(result: Row, background: Row) -> Markup:
    """Status, payload and orbit, the facts beside them, warnings, and the diagnosis where the answer is no."""
    status = result["status"]
    warnings = [text.removeprefix(WARNING) for text in result["assumptions"] if text.startswith(WARNING)]
    return el(
        "section",
        el(
            "p",
            el("span", _SIGN.get(status, "?"), class_="sign", aria_hidden="true"),
            el("strong", status.replace("-", " ")),
            " – ",
            _MEANING.get(status, ""),
            class_=f"status {status}",
        ),
        _headline(result, background),
        _diagnosis(result["diagnosis"]),
        el("ul", [el("li", text) for text in warnings], class_="warnings", aria_label="Warnings")
        if warnings
        else None,
        el("dl", [_fact(term, text) for term, text in _facts(result, background)], class_="facts"),
        id="verdict",
        aria_label="Verdict",
    )


def orbit_table(result: Row, background: Row) -> Markup:
    """The orbit element by element: asked for, reached, and the difference."""
    asked, reached = background["asked"], {**background["reached"], **(result["insertion"] or {})}
    rows: list[list[Child]] = []
    for key, name, unit, digits, per in (
        ("perigee_altitude_m", "Perigee altitude", "km", 3, 1e3),
        ("apogee_altitude_m", "Apogee altitude", "km", 3, 1e3),
        ("c3_m2_s2", "C3", "km²/s²", 4, 1e6),
        ("semi_major_axis_m", "Semi-major axis", "km", 3, 1e3),
        ("eccentricity", "Eccentricity", "", 6, 1.0),
        ("inclination_deg", "Inclination", "deg", 4, 1.0),
        ("ra_of_asc_node_deg", "Right ascension of the ascending node", "deg", 4, 1.0),
        ("ltan_h", "Local mean solar time of the ascending node", "h", 4, 1.0),
        ("arg_of_pericenter_deg", "Argument of pericenter", "deg", 4, 1.0),
        ("declination_deg", "Declination of the outgoing asymptote", "deg", 4, 1.0),
        ("ra_of_asymptote_deg", "Right ascension of the outgoing asymptote", "deg", 4, 1.0),
    ):
        want, have = asked.get(key), reached.get(key)
        is_of_escapes = key == "c3_m2_s2" and want is None and (have or 0.0) <= 0.0
        if (want is None and have is None) or is_of_escapes:
            continue
        rows.append(
            [
                name,
                unit,
                "free" if want is None else number(want, digits, per),
                number(have, digits, per),
                _difference(want, have, unit, digits, per),
            ]
        )
    columns = [
        Column("Element", is_number=False),
        Column("Unit", is_number=False),
        Column("Asked"),
        Column("Reached"),
        Column("Difference"),
    ]
    return table("Orbit at insertion, osculating", columns, rows, identifier="orbit-table", can_copy=True)


def limits_table(result: Row) -> Markup | None:
    """Every limit with what was reached, as a bar and in numbers; None where nothing was limited."""
    found = limit_rows(result)
    if not found:
        return None
    columns = [
        Column("Limit", is_number=False),
        Column("Value"),
        Column("Reached"),
        Column("Share", is_number=False),
        Column("At T+", "s"),
        Column("State", is_number=False),
        Column("Price of one unit", is_number=False),
    ]
    return table(
        "Limits of this flight",
        columns,
        [_limit_cells(row) for row in found],
        identifier="limits-table",
        can_copy=True,
    )


def _limit_cells(row: LimitRow) -> list[Child]:
    # What a floor asks is more, not less: its bar shows how much of what was reached the floor takes.
    share = (1.0 / row.share if row.share > 0.0 else 1.0) if row.is_floor else row.share
    # An angle has no zero to be a share from.
    is_angle = row.key.startswith("launch_azimuth")
    picture = None if is_angle else bar(0.0, _AT_LIMIT * share, row.state, mark=_AT_LIMIT)
    price = f"{significant(row.multiplier)} kg per {row.key_unit}" if row.multiplier else "–"
    return [
        row.name,
        f"{'≥' if row.is_floor else '≤'} {significant(row.limit)} {row.unit}",
        f"{significant(row.peak)} {row.unit}",
        el("td", picture, class_="picture"),
        clock_text(row.t_s, 1),
        el("span", f"{_STATE_SIGN[row.state]} {row.state}", class_=f"state {row.state}"),
        price,
    ]


def _headline(result: Row, background: Row) -> Markup | None:
    if result["payload_kg"] is None or result["insertion"] is None:
        return None
    given = "" if background["objective"]["payload_kg"] is None else ", as given"
    # what has not reached its orbit is left where it is
    where = "to" if result["status"] == "verified" else "left on"
    return el(
        "p",
        el("span", f"{number(result['payload_kg'], 1)}\u202fkg", class_="payload"),
        f" of payload{given}, {where} ",
        el("span", orbit_text(result["insertion"]), class_="orbit"),
        class_="headline",
    )


def _facts(result: Row, background: Row) -> list[tuple[str, str]]:
    site, ltan_h = background["site"], background["reached"]["ltan_h"]
    facts = [
        ("Vehicle", background["vehicle"]),
        *([("Site", site["name"])] if site["name"] else []),
        (
            "Pad",
            f"{place_text(site['latitude_deg'], site['longitude_deg'])}, {number(site['height_m'])} m high",
        ),
        ("Maximised", background["objective"]["maximize"].replace("_", " ")),
    ]
    if site["azimuth_min_deg"] is not None:
        corridor = f"{significant(site['azimuth_min_deg'])}° to {significant(site['azimuth_max_deg'])}°"
        facts.append(("Launch azimuths", corridor))
    if result["liftoff_mass_kg"] is not None:
        facts.append(("Lift-off mass", f"{number(result['liftoff_mass_kg'], 2, 1e3)} t"))
    if result["insertion"] is not None:
        facts.append(("Insertion", f"T+{moment_text(result['insertion']['t_s'])}"))
    if result["final_mass_kg"] is not None:
        facts.append(("Mass at the end", f"{number(result['final_mass_kg'], 1)} kg"))
    if result["margin_kg"] is not None:
        facts.append(("Usable propellant left", f"{number(result['margin_kg'], 1)} kg in the last stage"))
    if result["liftoff_utc"]:
        facts.append(("Lift-off", result["liftoff_utc"].replace("T", " ").replace("Z", " UTC")))
    if ltan_h is not None:
        facts.append(("Ascending node", f"{number(ltan_h, 4)} h local mean solar time"))
    rows = limit_rows(result)
    if rows:
        facts.append(("Limits", _states(rows)))
    return facts


def _states(rows: Sequence[LimitRow]) -> str:
    counts = {state: sum(row.state == state for row in rows) for state in ("broken", "active", "kept")}
    return ", ".join(f"{count} {state}" for state, count in counts.items() if count)


def _fact(term: str, text: str) -> Markup:
    return el("div", el("dt", term), el("dd", text))


def _diagnosis(diagnosis: Row | None) -> Markup | None:
    if diagnosis is None:
        return None
    lines: list[Child] = [
        el("p", f"{diagnosis['message'].rstrip('.')}. ", el("code", diagnosis["code"])),
    ]
    if diagnosis["shortfall_m_s"] is not None:
        lines.append(el("p", f"What is missing: {number(diagnosis['shortfall_m_s'], 1)} m/s."))
    nearest = diagnosis["nearest_feasible"]
    if nearest is not None:
        value = f"{nearest['key']} = {significant(nearest['value'])} {nearest['unit'] or ''}".rstrip()
        carried = nearest["payload_kg"]
        carries = "" if carried is None else f", which carries {number(carried)} kg"
        lines.append(el("p", f"Nearest question with an answer: {value}{carries}."))
    return el("div", lines, class_="diagnosis", role="note", aria_label="Diagnosis")


def _difference(want: float | None, have: float | None, unit: str, digits: int, per: float) -> str:
    if want is None or have is None:
        return "–"
    off = have - want
    if unit == "deg":
        off = (off + 180.0) % 360.0 - 180.0
    text = number(off, digits, per).replace("-", "−")
    return text if text.startswith("−") or not text.strip("0.") else f"+{text}"
