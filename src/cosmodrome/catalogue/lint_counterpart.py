"""A vehicle held against the catalogue's one that it is a variation of: slips of a unit, or of a factor of ten."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from cosmodrome.catalogue.lint_bands import shown
from cosmodrome.catalogue.schema import DragTable, Vehicle
from cosmodrome.files.units import quantity

# Factors by which a number is off when its unit was taken for another one.
SLIPS = {
    4.4482216: "pounds-force taken for newtons, or the reverse",
    0.3048: "feet taken for metres, or the reverse",
    1.852: "nautical miles taken for kilometres, or the reverse",
    0.45359237: "pounds taken for kilograms, or the reverse",
    9.80665: "a weight taken for a mass, g for m/s2, or the reverse",
    180.0 / math.pi: "degrees taken for radians, or the reverse",
    10.0: "a zero too many or too few",
    1000.0: "a thousand too many or too few, as k in kilo",
}
CLOSE = 0.004  # how near to a slip a ratio must be; 9.80665 and 10 are 2 % apart
FAR = 20.0  # beyond this no variation of a vehicle goes
_UNCOMPARED = ("sources", "assumptions", "flown", "path", "id", "name", "counterpart")


def lint_counterpart(vehicle: Vehicle, counterpart: Vehicle) -> tuple[str, ...]:
    """Sentences on numbers that are a slip, or very much, away from the counterpart's number of the same key."""
    ours, theirs = dict(_numbers(vehicle, "")), dict(_numbers(counterpart, ""))
    said = []
    for key in ours.keys() & theirs.keys():
        if ours[key] == theirs[key] or theirs[key] == 0.0:
            continue
        ratio = ours[key] / theirs[key]
        if (words := slip(ratio)) or not 1.0 / FAR < abs(ratio) < FAR or ratio < 0.0:
            shared = f"{_written(key, ours[key])}, {counterpart.name} has {_written(key, theirs[key])}"
            said.append(f"{key} = {shared}: {words or 'that is far away'}?")
    return tuple(sorted(said))


def slip(ratio: float) -> str | None:
    """What was mistaken where a number is `ratio` times the right one; None where that is no known slip."""
    for factor, words in SLIPS.items():
        if any(abs(ratio / candidate - 1.0) < CLOSE for candidate in (factor, 1.0 / factor)):
            return words
    return None


def _numbers(noun: object, label: str) -> Iterator[tuple[str, float]]:
    """Every number below a noun with its dotted key; members of a list go by their id where they have one."""
    if isinstance(noun, bool) or noun is None:
        return
    if isinstance(noun, (int, float)):
        yield label, float(noun)
    elif isinstance(noun, DragTable):
        if noun.axial.size == 1:
            yield label, float(noun.axial.item())
    elif isinstance(noun, tuple):
        for i, member in enumerate(noun, 1):
            name = getattr(member, "id", None)
            inner = f"{label}[{i}]" if name is None else str(name)
            yield from _numbers(member, inner)
    elif is_dataclass(noun) and not isinstance(noun, type):
        for field in fields(noun):
            if field.name not in _UNCOMPARED:
                value = getattr(noun, field.name)
                inner = label if field.name in ("stages", "bodies") else f"{label}.{field.name}".lstrip(".")
                yield from _numbers(value, inner)


def _written(key: str, value: float) -> str:
    """The number with the unit at the end of its key."""
    try:
        unit = key.rpartition(".")[2][len(quantity(key.rpartition(".")[2]).stem) + 1 :]
    except ValueError:
        unit = ""
    return f"{shown(value)} {unit.replace('_', '/')}".strip()
