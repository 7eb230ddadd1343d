"""Whether the arrays of a programme fit each other: machine code indexes them without asking.

A programme that this program wrote is sound; one from a file may have been shortened, emptied or made by somebody else.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import HORIZON, POLYNOMIAL, STEERED, VELOCITY, VERTICAL, Attitude
from cosmodrome.physics.aerodynamics import BODY_AXES, WIND_AXES, Aero
from cosmodrome.physics.atmosphere import EXPONENTIAL, NONE, TABLE, US76, Atmosphere
from cosmodrome.physics.tables import Surface, Table

if TYPE_CHECKING:
    from cosmodrome.flight.programme import Programme

_KINDS = (VERTICAL, POLYNOMIAL, HORIZON, VELOCITY, STEERED)
_AIRS = (NONE, EXPONENTIAL, US76, TABLE)
_DEGREES = (0, 2, 6)
# how many numbers the law of a climb has, and the bounds of a throttle
_STEERED_NUMBERS, _THROTTLE_NUMBERS = 10, 2


def check_arrays(programme: "Programme") -> None:
    """Raise ValueError, naming the place, where an array of the programme has another shape or order than its
    neighbours need."""
    for number, step in enumerate(programme.steps):
        where = f"steps[{number}]"
        _check_attitude(step.attitude, f"{where}.attitude")
        _check_aero(step.phase.leg.aero, f"{where}.phase.leg.aero")
    environment = programme.environment
    _check_air(environment.atmosphere, "environment.atmosphere")
    _check_table(environment.wind.east, "environment.wind.east")
    _check_table(environment.wind.north, "environment.wind.north")
    _one_of(environment.earth.degree, _DEGREES, "environment.earth.degree")


def _check_attitude(law: Attitude, where: str) -> None:
    _one_of(law.kind, _KINDS, f"{where}.kind")
    _ascending(law.edges, f"{where}.edges", may_be_empty=True)
    if law.kind == POLYNOMIAL:
        pieces, columns = len(law.edges) - 1, law.coefficients.ndim == 3 and law.coefficients.shape[2]
        if pieces < 1 or len(law.coefficients) != pieces or columns != 4 or not law.coefficients.shape[1]:
            raise ValueError(f"{where}.coefficients are {law.coefficients.shape}, not ({pieces}, d, 4)")
    needed = {STEERED: _STEERED_NUMBERS, POLYNOMIAL: _THROTTLE_NUMBERS}.get(law.kind, 0)
    if law.parameters.ndim != 1 or law.parameters.size < needed:
        raise ValueError(f"{where}.parameters are {law.parameters.shape}, not ({needed},)")
    _check_table(law.elevation, f"{where}.elevation")
    _check_table(law.azimuth, f"{where}.azimuth")


def _check_aero(aero: Aero, where: str) -> None:
    _one_of(aero.axes, (WIND_AXES, BODY_AXES), f"{where}.axes")
    _check_surface(aero.along, f"{where}.along")
    _check_surface(aero.across, f"{where}.across")


def _check_air(air: Atmosphere, where: str) -> None:
    _one_of(air.model, _AIRS, f"{where}.model")
    for name in ("temperature", "log_pressure", "log_density"):
        _check_table(getattr(air, name), f"{where}.{name}")


def _check_table(table: Table, where: str) -> None:
    _ascending(table.knots, f"{where}.knots")
    _ascending(table.breaks, f"{where}.breaks", may_be_empty=True)
    pieces = table.breaks.size + 1
    if table.cubics.shape != (pieces, 5):
        raise ValueError(f"{where}.cubics are {table.cubics.shape}, not ({pieces}, 5)")


def _check_surface(surface: Surface, where: str) -> None:
    rows = surface.y_knots.size
    for axis in ("x", "y"):
        knots, breaks, cubics = (getattr(surface, f"{axis}_{part}") for part in ("knots", "breaks", "cubics"))
        _ascending(knots, f"{where}.{axis}_knots")
        _ascending(breaks, f"{where}.{axis}_breaks", may_be_empty=True)
        if cubics.shape != (rows, breaks.size + 1, 5):
            raise ValueError(f"{where}.{axis}_cubics are {cubics.shape}, not ({rows}, {breaks.size + 1}, 5)")


def _ascending(values: NDArray[Any], where: str, *, may_be_empty: bool = False) -> None:
    if values.ndim != 1 or not (values.size or may_be_empty):
        raise ValueError(f"{where} is {values.shape}, not a list of numbers")
    if not np.isfinite(values).all() or (np.diff(values) < 0.0).any():
        raise ValueError(f"{where} must ascend")


def _one_of(value: int, known: tuple[int, ...], where: str) -> None:
    if value not in known:
        raise ValueError(f"{where} is {value}, none of {', '.join(map(str, known))}")
