"""The keys that a survey varies and their values: read from `KEY=FROM:TO:POINTS` or `KEY=v1,v2,…`, put into a mission.

KEY   a number of the mission file ("target.inclination_deg", in any unit of its dimension), a number of its vehicle
      ("vehicle.block-i.dry_mass_kg"), or "target.altitude_km": perigee and apogee together
"""

import difflib
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.errors import CosmodromeError
from cosmodrome.files.reader import Shape
from cosmodrome.files.units import Quantity, quantity, unit_words
from cosmodrome.mission.read import SECTIONS, SITE_POINT

MOST_POINTS = 10_000
_OPTION = "--vary"
_VEHICLE, _SEQUENCE = "vehicle", "sequence"
_TABLES = {
    **{
        name: SECTIONS[name]
        for name in ("target", "objective", "limits", "profile", "initial_state", "environment")
    },
    "site": SITE_POINT,
    _SEQUENCE: Shape(),
}
_ALTITUDE = quantity("altitude_km")
_ENDS = ("perigee_altitude", "apogee_altitude")
# what says the size of an orbit in another way than the altitudes of its ends
_SIZES = ("semi_major_axis_km", "eccentricity")


@dataclass(frozen=True)
class Axis:
    """One varied key with its values, ascending, in the unit of its suffix; `unit` is that unit in words."""

    key: str
    values: tuple[float, ...]
    unit: str

    @property
    def table(self) -> str:
        """The table of the mission file that the key is in, or "vehicle"."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """The key inside its table."""
        return self.key.partition(".")[2]

    @property
    def is_of_vehicle(self) -> bool:
        """Whether it varies a number of the vehicle."""
        return self.table == _VEHICLE


def read_axes(texts: Sequence[str]) -> tuple[Axis, ...]:
    """The axes that one or two variations name; CosmodromeError, one sentence, for what cannot be varied so."""
    if not 1 <= len(texts) <= 2:
        raise CosmodromeError(f"is given {len(texts)} times; one or two keys can be varied", key=_OPTION)
    axes = tuple(_read_axis(text) for text in texts)
    if len(axes) == 2 and set(_places(axes[0])) & set(_places(axes[1])):
        raise CosmodromeError(f"varies the same number as {axes[0].key}", key=axes[1].key)
    count = math.prod(len(axis.values) for axis in axes)
    if count > MOST_POINTS:
        raise CosmodromeError(f"asks for {count} points; at most {MOST_POINTS} are computed", key=_OPTION)
    return axes


def put(data: Mapping[str, Any], axis: Axis, value: float) -> dict[str, Any]:
    """A copy of a mission file's tables with one key's value changed, whatever unit it was written in.

    Raises CosmodromeError for a key of the site where the mission names one instead of writing it.
    """
    inside = data.get(axis.table, {})
    if not isinstance(inside, Mapping):
        raise CosmodromeError(
            f'cannot be varied: the mission names the {axis.table} "{inside}"; write it as a table',
            key=axis.key,
        )
    inside = dict(inside)
    if axis.table == "target" and _is_altitude(axis.name):
        for key in _SIZES:
            _remove(inside, SECTIONS["target"], key)
        for stem in _ENDS:
            _remove(inside, SECTIONS["target"], f"{stem}_km")
            inside[axis.name.replace(_ALTITUDE.stem, stem, 1)] = value
    else:
        _remove(inside, _TABLES[axis.table], axis.name)
        # a count (burns) is written as the whole number that it is
        inside[axis.name] = int(value) if float(value).is_integer() else value
    return {**data, axis.table: inside}


def with_number(vehicle: Vehicle, axis: Axis, value: float) -> Vehicle:
    """A copy of the vehicle with one number changed; CatalogueError for a number that it does not have."""
    owner, _, field = axis.name.rpartition(".")
    key, factor = axis.name, 1.0
    found = _quantity(field)
    if key not in vehicle.numeric_keys and found is not None:
        key, factor = f"{owner}.{found.si_key}" if owner else found.si_key, found.keys[field]
    return vehicle.with_value(key, value * factor)


def _read_axis(text: str) -> Axis:
    key, equals, listed = (piece.strip() for piece in text.partition("="))
    if not equals or not key or not listed:
        raise CosmodromeError(
            f'"{text}" varies nothing; write KEY=FROM:TO:POINTS, as target.inclination_deg=51.7:98:10, or KEY=V1,V2,…',
            key=_OPTION,
        )
    table, dot, name = key.partition(".")
    if not dot or not name or (table not in _TABLES and table != _VEHICLE):
        near = difflib.get_close_matches(table, (*_TABLES, _VEHICLE), n=1)
        hint = f'; did you mean "{near[0]}.{name}"?' if near and name else ", as target.inclination_deg"
        raise CosmodromeError(
            f"must name a table and a key in it{hint}", key=key, allowed=(*_TABLES, _VEHICLE)
        )
    values = _range(key, listed) if ":" in listed else _list(key, listed)
    found = _quantity(name.rpartition(".")[2])
    return Axis(key, values, unit_words(found.key[len(found.stem) + 1 :]) if found else "")


def _range(key: str, text: str) -> tuple[float, ...]:
    pieces = text.split(":")
    if len(pieces) != 3:
        raise CosmodromeError(f'"{text}" is no range; write FROM:TO:POINTS', key=key)
    first, last = (_number(key, piece) for piece in pieces[:2])
    try:
        count = int(pieces[2])
    except ValueError:
        raise CosmodromeError(f'has "{pieces[2]}" points; give a whole number', key=key) from None
    if not 2 <= count <= MOST_POINTS:
        raise CosmodromeError(f"has {count} points; a range has from 2 to {MOST_POINTS}", key=key)
    if not first < last:
        raise CosmodromeError(f"goes from {first:g} to {last:g}; a range ascends", key=key)
    return (*(first + (last - first) * k / (count - 1) for k in range(count - 1)), last)


def _list(key: str, text: str) -> tuple[float, ...]:
    values = tuple(sorted(_number(key, piece) for piece in text.split(",")))
    if len(values) < 2:
        raise CosmodromeError("has one value; give at least two", key=key)
    for low, high in itertools.pairwise(values):
        if low == high:
            raise CosmodromeError(f"has the value {low:g} twice", key=key)
    return values


def _number(key: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise CosmodromeError(f'has the value "{text.strip()}", which is no number', key=key) from None
    if not math.isfinite(value):
        raise CosmodromeError(f'has the value "{text.strip()}"; numbers are finite', key=key)
    return value


def _places(axis: Axis) -> tuple[str, ...]:
    """What an axis changes, without units; the altitude of a circle changes both its ends."""
    owner, _, field = axis.name.rpartition(".")
    if axis.table == "target" and _is_altitude(axis.name):
        return tuple(f"target..{stem}" for stem in _ENDS)
    found = _quantity(field)
    return (f"{axis.table}.{owner}.{found.stem if found else field}",)


def _is_altitude(name: str) -> bool:
    return name in _ALTITUDE.keys


def _quantity(key: str) -> Quantity | None:
    try:
        return quantity(key)
    except ValueError:
        return None


def _remove(table: dict[str, Any], shape: Shape, key: str) -> None:
    """Take a key out of a table, in whatever unit it is written there."""
    found = shape.quantity_of(key)
    for written in found.keys if found else (key,):
        table.pop(written, None)
