"""Where the velocity went, what payload costs, how the plan was proved, and what all of it rests on."""

from collections.abc import Mapping, Sequence
from typing import Any

from cosmodrome.reporting.labels import audit_rows, number, significant
from cosmodrome.reporting.page.markup import Child, Markup, el, key_text
from cosmodrome.reporting.page.tables import Column, bar, table
from cosmodrome.reporting.record import ESTIMATE, WARNING

Row = Mapping[str, Any]

# a change of the payload (kg) below what the derivatives are good for
_NOTHING = 1e-6
_CONFIDENCE = ("estimate", "derived", "published", None)
_CONFIDENCE_SIGN = {
    "estimate": "≈ estimate",
    "derived": "derived",
    "published": "published",
    None: "not stated",
}


def budget_table(budget: Mapping[str, float] | None) -> Markup | None:
    """The velocity budget as a waterfall from top to bottom; None where there is none."""
    if budget is None or None in budget.values():
        return None
    steps = [
        ("Rotation of the Earth at lift-off", budget["gain"]),
        ("Engines, in vacuum", budget["ideal"]),
        ("Back-pressure", -budget["pressure_loss"]),
        ("Steering", -budget["steering_loss"]),
        ("Drag", -budget["drag_loss"]),
        ("Gravity", -budget["gravity_loss"]),
    ]
    levels = [0.0]
    for _, change in steps:
        levels.append(levels[-1] + change)
    top = max(*levels, 1.0)
    rows: list[list[Child]] = []
    for (name, change), before, after in zip(steps, levels[:-1], levels[1:], strict=True):
        kind = "gain" if change >= 0.0 else "loss"
        rows.append([name, _picture(before / top, after / top, kind), _signed(change), number(after, 1)])
    rows.append(
        ["Inertial speed at the end", _picture(0.0, levels[-1] / top, "sum"), "", number(levels[-1], 1)]
    )
    columns = [
        Column("Step", is_number=False),
        Column("From and to", is_number=False),
        Column("Change", "m/s"),
        Column("Sum", "m/s"),
    ]
    return table(
        "Velocity budget", columns, rows, identifier="budget-table", can_copy=True, classes="waterfall"
    )


def exchange_table(ratios: Sequence[Row], objective: str) -> Markup | None:
    """What one more unit of each number changes of what was made largest; None where it is not known."""
    known = [ratio for ratio in ratios if ratio["payload"] is not None]
    if not known:
        return None
    largest = {
        unit: max(abs(r["payload"]) for r in known if r["per"] == unit) or 1.0
        for unit in {r["per"] for r in known}
    }
    rows: list[list[Child]] = []
    for ratio in sorted(known, key=lambda r: (r["per"], -abs(r["payload"]))):
        gain = ratio["payload"]
        kind = "gain" if gain >= 0.0 else "loss"
        share = 0.5 + 0.5 * gain / largest[ratio["per"]]
        cell = el("td", bar(0.5, share, kind, mark=0.5, mark_kind="zero"), class_="picture")
        text = "0" if abs(gain) < _NOTHING else f"{'−' if gain < 0.0 else '+'}{significant(abs(gain))}"
        rows.append([key_text(ratio["of"]), ratio["per"], cell, text])
    columns = [
        Column("One more of", is_number=False),
        Column("Unit", is_number=False),
        Column(f"Less · more {objective}", is_number=False),
        Column(objective.capitalize(), "kg"),
    ]
    return table("Exchange ratios", columns, rows, identifier="exchange-table", can_copy=True)


def verification(result: Row) -> Markup:
    """How the plan was proved, or that nothing was, and how the books of its flight close."""
    found = result["verification"]
    rows: list[list[Child]] = []
    if result["insertion"] is None:
        said = "There is no flight to prove."
    elif found is None or found["position_gap_m"] is None:
        said = "There was no plan to prove: the attitude programme was flown as it is."
    else:
        said = (
            "The plan was flown again from lift-off by another integrator, never reset; the gaps are the largest "
            "differences at the ends of all phases."
        )
        plural = "" if found["refinements"] == 1 else "s"
        rows = [
            ["Position, largest gap", f"{significant(found['position_gap_m'])} m"],
            ["Velocity, largest gap", f"{significant(found['velocity_gap_m_s'])} m/s"],
            ["Payload, gap", f"{significant(found['payload_gap_kg'])} kg"],
            ["Refinements of the mesh", f"{found['refinements']} refinement{plural}"],
        ]
        if found["second_payload_kg"] is not None:
            agrees = "✔ agrees" if found["starts_agree"] else "✖ does not agree"
            rows.append(
                ["A second start of the search", f"{agrees}: {number(found['second_payload_kg'], 1)} kg"]
            )
    rows += [[what, left] for what, left in audit_rows(result["audit"])]
    if not rows:
        return el("p", said)
    columns = [Column("What", is_number=False), Column("Found")]
    return el("div", el("p", said), table("Verification", columns, rows))


def assumptions(result: Row, background: Row) -> Markup:
    """Defaults and choices, the models of the world, and every number that has a source."""
    said = result["assumptions"]
    chosen = [text for text in said if not text.startswith((WARNING, ESTIMATE))]
    listed = {row["said_as"] for row in background["sources"]}
    others = [
        text.removeprefix(ESTIMATE)
        for text in said
        if text.startswith(ESTIMATE) and text.removeprefix(ESTIMATE).partition(" (")[0] not in listed
    ]
    models: list[list[Child]] = [[row["what"], row["model"]] for row in background["models"]]
    return el(
        "div",
        el("h3", "Defaults and choices"),
        el("ul", [el("li", text) for text in chosen])
        if chosen
        else el("p", "None: the files say everything."),
        table(
            "Models of the world", [Column("What", is_number=False), Column("Model", is_number=False)], models
        ),
        el("h3", "Estimates"),
        el("p", _counted(background["sources"])),
        el("ul", [el("li", text) for text in others]) if others else None,
        _sources_table(background["sources"]),
    )


def _sources_table(sources: Sequence[Row]) -> Markup | None:
    if not sources:
        return None
    ordered = sorted(sources, key=lambda row: _CONFIDENCE.index(row["confidence"]))
    rows: list[list[Child]] = [
        [
            key_text(row["key"]),
            _exact(row["value"]),
            row["unit"],
            "" if row["sigma"] is None else _exact(row["sigma"]),
            el(
                "span",
                _CONFIDENCE_SIGN[row["confidence"]],
                class_=f"confidence {row['confidence'] or 'none'}",
            ),
            row["text"] or "",
        ]
        for row in ordered
    ]
    columns = [
        Column("Number", is_number=False),
        Column("Value"),
        Column("Unit", is_number=False),
        Column("Sigma"),
        Column("Confidence", is_number=False),
        Column("Source", is_number=False),
    ]
    return table(
        "Sources of all numbers, estimates first",
        columns,
        rows,
        identifier="sources-table",
        can_copy=True,
        classes="sources",
    )


def _counted(sources: Sequence[Row]) -> str:
    if not sources:
        return "The files name no source of any number."
    estimates = sum(row["confidence"] == "estimate" for row in sources)
    return (
        f"{estimates} of the {len(sources)} numbers that name a source are estimates. They stand first in the table; "
        "“–” is a number that stands for a table, or from which another was made."
    )


def _exact(value: float | None) -> str:
    """The number with all its digits up to nine, as 128.334722 or 1 021 300."""
    if value is None:
        return "–"
    plain = f"{value:.9g}"
    digits = 0 if "e" in plain else len(plain.partition(".")[2])
    return plain if "e" in plain else number(float(plain), digits)


def _picture(start: float, end: float, kind: str) -> Markup:
    return el("td", bar(start, end, kind), class_="picture")


def _signed(change: float) -> str:
    text = number(abs(change), 1)
    return text if text == "0.0" else f"{'+' if change > 0.0 else '−'}{text}"
