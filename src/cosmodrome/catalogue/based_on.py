"""A vehicle file that rests on another one: what it does not state is the other's.

    based_on = "soyuz-2.1a"            # an id of the catalogue, or a .toml file beside this one

Every key of the file replaces the other's, whole, with one refinement for what has a name: an entry of
[[stages]] or [[bodies]] with an id of the other's, and a [fairings.<name>] of the other's, rest on it in the
same way, key by key (so an entry may be its name alone).  Stages, bodies or fairings that the file states are
all that it has of them.  Numbers taken over keep their sources; the name is not taken over.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cosmodrome.catalogue.stages import BODY, FAIRING, STAGE
from cosmodrome.errors import VehicleFileError
from cosmodrome.files.reader import Shape

FindFile = Callable[[str, str], Path]
"""Finds a table by its name and the key that names it."""

MOST_BASES = 4
_ORIGIN = ("source", "confidence")
_NOT_INHERITED = ("name", *_ORIGIN)
_NAMED = ("fairings", "configurations")


def check_chain(file: Path, above: tuple[Path, ...], based_on: object) -> None:
    """Raises VehicleFileError when the files that rest on each other form a circle or are too many."""
    if not isinstance(based_on, str) or not based_on.strip():
        message = "must be an id of the catalogue or a .toml file beside this one, in quotation marks"
    elif file in above:
        message = f"closes a circle: {' rests on '.join(path.name for path in (*above, file))}"
    elif len(above) >= MOST_BASES:
        message = f"is one file too many: at most {MOST_BASES} may lie below one"
    else:
        return
    raise VehicleFileError(message, file=file, key="based_on", value=based_on)


def rest_on(own: dict[str, Any], base: dict[str, Any], top: Shape) -> dict[str, Any]:
    """The file's data over that of its base, whose numbers carry their origin already (`with_origin`)."""
    merged = _over(own, base, top)
    for key, shape in (("stages", STAGE), ("bodies", BODY)):
        if _are_tables(own.get(key)):
            merged[key] = [
                _over(entry, _of_id(entry.get("id"), base.get(key, [])), shape) for entry in own[key]
            ]
    offered = base.get("fairings", {})
    if "fairings" in own:
        merged["fairings"] = {
            n: _over(entry, offered.get(n), FAIRING) for n, entry in own["fairings"].items()
        }
    return merged


def with_origin(data: dict[str, Any]) -> dict[str, Any]:
    """The data of a checked file for others to rest on: numbers and tables carry what it says of them as a whole."""
    origin = _origin_of(data)
    told: dict[str, Any] = {}
    for key, value in data.items():
        if key in _NOT_INHERITED:
            continue
        if key in _NAMED:
            told[key] = {name: {**origin, **entry} for name, entry in value.items()}
        else:
            told[key] = _told(value, origin)
    return told


def with_found_tables(data: dict[str, Any], find_file: FindFile) -> tuple[dict[str, Any], dict[str, Path]]:
    """The data with the full path in place of every drag table's name, and those paths by what stands there."""
    found: dict[str, Path] = {}

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {k: place(v) if k == "drag_table" else walk(v) for k, v in value.items()}

    def place(named: Any) -> Any:
        if isinstance(named, dict):
            return {k: place(v) if k == "value" else v for k, v in named.items()}
        if not isinstance(named, str):
            return named
        path = find_file(named, "drag_table")
        found[str(path)] = path
        return str(path)

    return walk(data), found


def _of_id(name: Any, entries: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The entry of that id."""
    return next((entry for entry in entries if entry["id"] == name), None)


def _over(entry: dict[str, Any], below: dict[str, Any] | None, shape: Shape) -> dict[str, Any]:
    """One table over the base's of the same name; the same quantity in another unit replaces, too."""
    if below is None:
        return entry
    stated = {_quantity_name(key, shape) for key in entry}
    origin = _origin_of(below)
    kept = {
        key: _told(value, origin)
        for key, value in below.items()
        if key not in _ORIGIN and _quantity_name(key, shape) not in stated
    }
    return {**kept, **entry}


def _told(value: Any, origin: dict[str, Any]) -> Any:
    """A number, rows, table or list of tables with its origin written on it; texts as they are."""
    if isinstance(value, dict):
        return {**origin, **value}
    if _are_tables(value):
        return [{**origin, **entry} for entry in value]
    return value if isinstance(value, (str, bool)) else {"value": value, **origin}


def _origin_of(data: dict[str, Any]) -> dict[str, Any]:
    """What a table says of the origin of its numbers."""
    return {key: data[key] for key in _ORIGIN if key in data}


def _quantity_name(key: str, shape: Shape) -> str:
    """The key without its unit, where it is a quantity."""
    found = shape.quantity_of(key)
    return key if found is None else found.stem


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)
