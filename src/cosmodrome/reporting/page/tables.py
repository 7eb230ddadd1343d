"""Tables that a person reads, a screen reader announces and a spreadsheet takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from cosmodrome.reporting.page.markup import Child, Markup, el


@dataclass(frozen=True)
class Column:
    """The heading of a column with its unit; numbers stand on the right."""

    heading: str
    unit: str = ""
    is_number: bool = True


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Child]],
    *,
    header: int = 0,
    identifier: str | None = None,
    can_copy: bool = False,
    classes: str = "",
) -> Markup:
    """A table whose column number `header` names its rows; a wide one scrolls by itself, by keyboard too.

    A cell is text or markup; a cell that is an element "td" stands as it is.
    """
    head = el(
        "tr",
        [
            el("th", c.heading, c.unit and el("span", c.unit, class_="unit"), scope="col", class_=_align(c))
            for c in columns
        ],
    )
    body = [
        el("tr", [_cell(columns[k], cell, is_header=k == header) for k, cell in enumerate(row)])
        for row in rows
    ]
    inside = el(
        "table",
        el("caption", caption),
        el("thead", head),
        el("tbody", body),
        id=identifier,
        class_=classes or None,
        data_copy=can_copy,
    )
    return el("div", inside, class_="scroll", tabindex="0", role="region", aria_label=f"{caption}, table")


def bar(
    start: float, end: float, kind: str, *, mark: float | None = None, mark_kind: str = "limit"
) -> Markup:
    """A bar between two shares of its width, for a table whose numbers stand beside it; `mark` is a line across."""
    low, high = sorted((min(max(start, 0.0), 1.0), min(max(end, 0.0), 1.0)))
    line = (
        None
        if mark is None
        else el("line", x1=_share(mark), x2=_share(mark), y1="0", y2="16", class_=f"mark {mark_kind}")
    )
    return el(
        "svg",
        el("rect", x=_share(low), width=_share(max(high - low, 0.002)), y="3", height="10", class_=kind),
        line,
        class_="bar",
        viewBox="0 0 100 16",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _share(of_width: float) -> str:
    return f"{100.0 * of_width:.2f}"


def _align(column: Column) -> str | None:
    return "number" if column.is_number else None


def _cell(column: Column, cell: Child, *, is_header: bool) -> Markup:
    if isinstance(cell, Markup) and cell.startswith("<td"):
        return cell
    return el("th", cell, scope="row") if is_header else el("td", cell, class_=_align(column))
