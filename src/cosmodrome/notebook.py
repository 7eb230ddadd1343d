"""How the answers look in a notebook: a card of HTML, a line of text, matplotlib figures, pandas tables.

A `Plan` is told from the same record as its run folder, a `Flight` from what it knows without its mission.
"""

from collections.abc import Mapping
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from cosmodrome.ascent.plan import Plan
from cosmodrome.background import background
from cosmodrome.errors import CosmodromeError, ExportError
from cosmodrome.flight.propagate import Flight
from cosmodrome.reporting import card
from cosmodrome.reporting.columns import UNITS, Columns
from cosmodrome.reporting.labels import number, orbit_text
from cosmodrome.reporting.performance_folder import UNITS as POINT_UNITS
from cosmodrome.result import plan_result, put_warnings
from cosmodrome.survey.performance import Performance

if TYPE_CHECKING:
    import pandas

    from cosmodrome.reporting.canvas import Sheet

Record = dict[str, Any]


@singledispatch
def words(noun: Any) -> str:
    """Return one line that says what the noun is and what came out."""
    raise TypeError(f"{type(noun).__name__} is nothing that a notebook shows")


@words.register(Plan)
def _(noun: Plan) -> str:
    found = f"Plan of {noun.problem.mission.name}: {noun.status}"
    if noun.flight is None:
        return f"<{found}>"
    return f"<{found}, {number(noun.payload_kg, 1)} kg to {orbit_text(noun.flight.insertion_row())}>"


@words.register(Flight)
def _(noun: Flight) -> str:
    end = f"{noun.t_s[-1]:.1f} s to {orbit_text(noun.insertion_row())}"
    return f"<Flight of {noun.programme.name}: {noun.reason or end}>"


@words.register(Performance)
def _(noun: Performance) -> str:
    shape = " × ".join(str(n) for n in noun.shape)
    verified = sum(point.is_verified for point in noun.points)
    return f"<Performance of {noun.name}: {shape} points, {verified} verified>"


@singledispatch
def html(noun: Any) -> str:
    """Return the card of the noun as HTML without script."""
    raise TypeError(f"{type(noun).__name__} is nothing that a notebook shows")


@html.register(Plan)
def _(noun: Plan) -> str:
    record, columns = _plan_record(noun)
    put_warnings(noun.problem, record, columns)
    return card.plan_card(record, background(noun.problem, record))


@html.register(Flight)
def _(noun: Flight) -> str:
    return card.flight_card(noun.programme.name, _flight_record(noun))


@html.register(Performance)
def _(noun: Performance) -> str:
    return card.performance_card(noun.to_record())


@singledispatch
def figure_of(noun: Any, name: str | None) -> "Sheet":
    """Return the noun's figure of that name, its first one without; CosmodromeError for one that it does not have."""
    raise TypeError(f"{type(noun).__name__} is nothing that a notebook shows")


@figure_of.register(Plan)
def _(noun: Plan, name: str | None) -> "Sheet":
    record, columns = _plan_record(noun)
    return _drawn(noun.problem.mission.name, record, columns, name)


@figure_of.register(Flight)
def _(noun: Flight, name: str | None) -> "Sheet":
    return _drawn(noun.programme.name, _flight_record(noun), noun.columns(), name)


@figure_of.register(Performance)
def _(noun: Performance, name: str | None) -> "Sheet":
    from cosmodrome.reporting.performance_figure import draw_performance

    _choose(name, ["performance"])
    return draw_performance(noun.to_record())


@singledispatch
def frame(noun: Any) -> "pandas.DataFrame":
    """Return the noun's table with its units; ExportError where pandas is not installed."""
    raise TypeError(f"{type(noun).__name__} is nothing that a notebook shows")


@frame.register(Plan)
def _(noun: Plan) -> "pandas.DataFrame":
    return _frame({name: [] for name in UNITS}, UNITS) if noun.flight is None else frame(noun.flight)


@frame.register(Flight)
def _(noun: Flight) -> "pandas.DataFrame":
    return _frame(noun.columns(), UNITS)


@frame.register(Performance)
def _(noun: Performance) -> "pandas.DataFrame":
    axes = {axis.key: axis.unit or "1" for axis in noun.axes}
    return _frame(noun.to_columns(), axes | POINT_UNITS)


def _plan_record(plan: Plan) -> tuple[Record, Columns]:
    return plan_result(plan), plan.flight.columns() if plan.flight else {}


def _flight_record(flight: Flight) -> Record:
    """A result of a flight without its mission: nothing was asked of it, so it is neither verified nor limited."""
    return flight.to_record() | {"status": flight.reason or "flown", "limits": []}


def _drawn(title: str, record: Record, columns: Columns, name: str | None) -> "Sheet":
    from cosmodrome.reporting.figures import draw_figure, figure_names

    names = figure_names(record, columns)
    if not names:
        raise CosmodromeError(f"{title} has no flight to plot: it is {record['status']}")
    return draw_figure(_choose(name, names), record, columns, title)


def _choose(name: str | None, names: list[str]) -> str:
    if name is not None and name not in names:
        raise CosmodromeError("is not a figure of this", key="figure", value=name, allowed=names)
    return name or names[0]


def _frame(columns: Mapping[str, Any], units: Mapping[str, str]) -> "pandas.DataFrame":
    try:
        import pandas
    except ImportError as error:
        raise ExportError(
            "to_pandas needs pandas, which is not installed: install the extra `notebook`, "
            "or take the same columns as numpy arrays or lists from columns() and to_columns()"
        ) from error
    table = pandas.DataFrame({name: columns[name] for name in units})
    table.attrs["units"] = dict(units)
    return table
