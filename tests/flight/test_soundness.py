"""A programme whose arrays do not fit each other is refused before machine code indexes them."""

import copy
import json
from typing import Any

import pytest

from cosmodrome.errors import ExportError
from cosmodrome.flight.programme import Programme
from tests.flight.worlds import launch

PLAIN = json.loads(launch().to_json())


def arrays(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the arrays of attitudes, air and surfaces lie: lists in objects, not the lists within them."""
    found = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if path[-1:] == ("steps",) else ()
    for key, part in items:
        here = (*path, key)
        is_array = isinstance(part, list) and key != "steps" and part and not isinstance(part[0], str | dict)
        found += [here] if is_array else arrays(part, here) if isinstance(part, dict | list) else []
    return found


INDEXED = (
    "edges",
    "coefficients",
    "knots",
    "breaks",
    "cubics",
    "x_knots",
    "x_breaks",
    "x_cubics",
    "y_cubics",
)


def holder_of(path: tuple[Any, ...], plain: Any = PLAIN) -> Any:
    """The object that holds the array at a path."""
    for key in path[:-1]:
        plain = plain[key]
    return plain


def is_used(path: tuple[Any, ...]) -> bool:
    """Whether anything looks at the array: intervals and their coefficients are a polynomial's alone."""
    return path[-1] not in ("edges", "coefficients") or holder_of(path)["kind"] == 1


PLACES = [path for path in arrays(PLAIN) if path[-1] in INDEXED and is_used(path)]


def changed(path: tuple[Any, ...], change: Any) -> str:
    plain = copy.deepcopy(PLAIN)
    holder = holder_of(path, plain)
    holder[path[-1]] = change(holder[path[-1]])
    return json.dumps(plain)


def test_the_programme_has_arrays_of_every_kind():
    assert {path[-1] for path in PLACES} >= {
        "edges",
        "coefficients",
        "knots",
        "cubics",
        "x_knots",
        "x_cubics",
    }


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path[1:])))
def test_an_array_that_is_empty_or_longer_than_its_neighbours_is_refused(path):
    changes = [lambda rows: []]
    if not path[-1].endswith("knots"):  # one knot more, at which nothing changes, is still a table
        changes.append(lambda rows: [*rows, rows[-1]])
    for change in changes:
        with pytest.raises(ExportError, match="attitude programme"):
            Programme.from_json(changed(path, change))


@pytest.mark.parametrize("path", [p for p in PLACES if p[-1] in ("edges", "knots")], ids=str)
def test_knots_that_do_not_ascend_are_refused(path):
    # intervals of a plan that begin late do not cover their phase either
    with pytest.raises(ExportError, match=r"ascend|covers"):
        Programme.from_json(changed(path, lambda knots: [knots[-1] + 1.0, *knots]))


@pytest.mark.parametrize(
    ("key", "value"), [("kind", 9), ("kind", -1), ("axes", 7), ("model", 12), ("degree", 99)]
)
def test_an_unknown_kind_is_refused(key, value):
    text = json.dumps(PLAIN).replace(f'"{key}": ', f'"{key}": {value}, "was": ', 1)
    plain = json.loads(text)

    def drop(part: Any) -> None:
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            drop(inner)
        if isinstance(part, dict):
            part.pop("was", None)

    drop(plain)
    with pytest.raises(ExportError, match=key):
        Programme.from_json(json.dumps(plain))
