"""Dataclasses, NamedTuples and arrays as JSON and back, every float to the last bit.

Python writes a float as the shortest decimal that reads back as the same float, so text loses nothing. What a value is
made of is told by the annotations of its class, not by the file: a file can only fill in numbers and names.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Return `value` as dicts, lists, numbers and strings; TypeError for anything that has no such form."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if hasattr(value, "_asdict"):
        return {name: to_plain(part) for name, part in value._asdict().items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): to_plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(part) for part in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: type[T], plain: Any) -> T:
    """Return the `kind` that `to_plain` made `plain` of, its numbers finite; TypeError, ValueError or KeyError when it
    did not."""
    return typing.cast(T, _restored(kind, plain))


def _restored(kind: Any, plain: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if plain is None and type(None) in arguments:
            return None
        (kept,) = (a for a in arguments if a is not type(None))
        return _restored(kept, plain)
    if origin is np.ndarray:
        array = np.array(plain, dtype=float)
        if not np.isfinite(array).all():
            raise ValueError("an array holds finite numbers")
        return array
    if origin is tuple:
        each = [arguments[0]] * len(plain) if arguments[-1] is Ellipsis else arguments
        return tuple(_restored(a, p) for a, p in zip(each, plain, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {key: _restored(arguments[1], part) for key, part in plain.items()}
    if dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"):
        hints = _hints(kind)
        unknown = set(plain) - set(hints)
        if unknown:
            raise ValueError(f"{kind.__name__} has no field {sorted(unknown)[0]}")
        return kind(**{name: _restored(hints[name], part) for name, part in plain.items()})
    if kind is float and isinstance(plain, int | float) and not isinstance(plain, bool):
        if not math.isfinite(plain):
            raise ValueError(f"{plain} is no finite number")
        return float(plain)
    if kind in (int, str, bool) and type(plain) is kind:
        return plain
    raise TypeError(f"{plain!r} is no {getattr(kind, '__name__', kind)}")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
