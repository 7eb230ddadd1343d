"""One table of a TOML file read against the keys that it may have; every complaint is one sentence.

A `Shape` lists the keys once, dimensional ones with their usual suffix.  A `Table` refuses unknown keys the
moment it is made, before anything is called missing, so that a typo is answered with the nearest name.  A
`Book` collects, over all tables of a file, where each number came from and which defaults were used.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cosmodrome.errors import CosmodromeError
from cosmodrome.files.sources import CONFIDENCES, Source
from cosmodrome.files.units import Quantity, quantity, unit_words

MAX_TEXT_LENGTH = 2000
MAX_ENTRIES = 200  # of a list or table whose entries have names: they are compared with each other
ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_MISSING: Any = object()
_NUMBER_TABLE = frozenset(("value", "source", "confidence", "sigma"))
_NOT_LISTED = 14  # an offer of more names than this helps nobody


@dataclass(frozen=True)
class Shape:
    """The keys of a table: `quantities` with unit suffix, `plain` numbers, and `others` of any other kind."""

    quantities: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every key in its usual form."""
        return self.quantities + self.plain + self.others

    def quantity_of(self, key: str) -> Quantity | None:
        """The quantity that a key, in any unit, gives; None when it is not a quantity of this table."""
        for usual in self.quantities:
            if key in quantity(usual).keys:
                return quantity(usual)
        return None


@dataclass
class Book:
    """What is noted while a file is read: origins by dotted SI key, and sentences on defaults used."""

    sources: dict[str, Source] = field(default_factory=dict)
    assumptions: list[str] = field(default_factory=list)


class Table:
    """A table of the file, its keys known; methods return SI floats, texts, nested tables."""

    def __init__(
        self,
        data: Any,
        shape: Shape,
        *,
        file: Path,
        error: type[CosmodromeError],
        book: Book,
        label: str = "",
        origin: Source | None = None,
    ) -> None:
        self.shape, self.file, self.error, self.book, self.label = shape, file, error, book, label
        if not isinstance(data, dict):
            raise error("must be a table", file=file, key=label or "the file", value=data)
        self.data: dict[str, Any] = data
        self._refuse_unknown()
        outer = origin or Source()
        self.origin = Source(
            self.text("source", outer.text), self.choice("confidence", CONFIDENCES, outer.confidence)
        )

    # Complaints -------------------------------------------------------------------------------------------

    def dotted(self, key: str) -> str:
        """The key with the table's label before it."""
        return f"{self.label}.{key}" if self.label else key

    def wrong(self, key: str, message: str, allowed: Sequence[object] | None = None) -> CosmodromeError:
        """The error for what stands under `key`, to be raised."""
        given = self.written(key)
        value = self.data.get(given)
        if isinstance(value, dict) and "value" in value:
            value = value["value"]
        return self.error(message, file=self.file, key=self.dotted(given), value=value, allowed=allowed)

    def wrong_table(self, message: str) -> CosmodromeError:
        """The error for the table as a whole, to be raised."""
        return self.error(message, file=self.file, key=self.label or None)

    def _refuse_unknown(self) -> None:
        known = {"source", "confidence", *self.shape.plain, *self.shape.others}
        seen: dict[str, str] = {}
        for key in self.data:
            if key in known:
                continue
            found = self.shape.quantity_of(key)
            if found is None:
                raise self._unknown(key)
            if found.stem in seen:
                raise self.error(
                    f"gives the same quantity as {seen[found.stem]}; keep one of them",
                    file=self.file,
                    key=self.dotted(key),
                )
            seen[found.stem] = key

    def _unknown(self, key: str) -> CosmodromeError:
        for usual in self.shape.quantities:
            q = quantity(usual)
            if key.lower() in q.keys:
                return self.error(
                    f'is not a known key; did you mean "{key.lower()}"?',
                    file=self.file,
                    key=self.dotted(key),
                )
            if key == q.stem:
                return self.error(
                    "needs its unit in the key", file=self.file, key=self.dotted(key), allowed=list(q.keys)
                )
            if key.startswith(f"{q.stem}_"):
                return self.error(
                    f'has the unknown unit "{key[len(q.stem) + 1 :]}"',
                    file=self.file,
                    key=self.dotted(key),
                    allowed=list(q.keys),
                )
        names = ("source", "confidence", *self.shape.names)
        variants = [k for usual in self.shape.quantities for k in quantity(usual).keys]
        near = difflib.get_close_matches(key, names, n=1, cutoff=0.6) or difflib.get_close_matches(
            key, variants, n=1, cutoff=0.6
        )
        if near:
            message, allowed = f'is not a known key; did you mean "{near[0]}"?', None
        else:
            message, allowed = "is not a known key", self.shape.names
        if allowed is not None and len(allowed) > _NOT_LISTED:
            allowed = None
        return self.error(message, file=self.file, key=self.dotted(key), allowed=allowed)

    # What is there ----------------------------------------------------------------------------------------

    def written(self, key: str) -> str:
        """The key as the file writes it: with another unit suffix, or as asked for when absent."""
        if key in self.shape.quantities:
            for variant in quantity(key).keys:
                if variant in self.data:
                    return variant
        return key

    def has(self, key: str) -> bool:
        """Whether the key is there, in any unit."""
        return self.written(key) in self.data

    def number(
        self,
        key: str,
        default: Any = _MISSING,
        *,
        above: float | None = None,
        at_least: float | None = None,
        at_most: float | None = None,
        below: float | None = None,
    ) -> Any:
        """The number under `key` in SI, bounds (in SI) checked; `default` when absent, else an error.

        Returns float, or the type of `default`; the number's source is noted in the book.
        """
        given = self.written(key)
        if given not in self.data:
            if default is _MISSING:
                raise self.error("is missing", file=self.file, key=self.dotted(key))
            return default
        value, source = self.value_and_source(given)
        factor = quantity(key).keys[given] if key in self.shape.quantities else 1.0
        si = self._finite(value, given) * factor
        name = quantity(key).si_key if key in self.shape.quantities else key
        unit = given[len(quantity(key).stem) + 1 :] if key in self.shape.quantities else ""
        for bound, broken, words in (
            (above, above is not None and si <= above, "must be above"),
            (at_least, at_least is not None and si < at_least, "must be at least"),
            (at_most, at_most is not None and si > at_most, "must be at most"),
            (below, below is not None and si >= below, "must be below"),
        ):
            if broken and bound is not None:
                shown = f" {unit_words(unit)}" if unit else ""
                raise self.wrong(key, f"{words} {bound / factor:.10g}{shown}")
        self._note(name, source, factor)
        return si

    def integer(self, key: str, default: Any = _MISSING, *, at_least: int = 0, at_most: int = 10**9) -> Any:
        """The whole number under `key`."""
        if key not in self.data:
            if default is _MISSING:
                raise self.error("is missing", file=self.file, key=self.dotted(key))
            return default
        value, source = self.value_and_source(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(key, "must be a whole number")
        if not at_least <= value <= at_most:
            raise self.wrong(key, f"must be from {at_least} to {at_most}")
        self._note(key, source, 1.0)
        return value

    def vector(self, key: str, length: int = 3) -> tuple[float, ...]:
        """`length` numbers in SI under `key`."""
        given = self.written(key)
        if given not in self.data:
            raise self.error("is missing", file=self.file, key=self.dotted(key))
        value, source = self.value_and_source(given)
        if not isinstance(value, list) or len(value) != length:
            raise self.wrong(key, f"must be a list of {length} numbers")
        factor = quantity(key).keys[given]
        self._note(quantity(key).si_key, source, factor)
        return tuple(self._finite(item, given) * factor for item in value)

    def text(self, key: str, default: Any = _MISSING) -> Any:
        """The text under `key`, not empty, on one line."""
        if key not in self.data:
            if default is _MISSING:
                raise self.error("is missing", file=self.file, key=self.dotted(key))
            return default
        value = self.data[key]
        if not isinstance(value, str):
            raise self.wrong(key, "must be text in quotation marks")
        if not value.strip():
            raise self.wrong(key, "must not be empty")
        if len(value) > MAX_TEXT_LENGTH:
            raise self.wrong(key, f"must be at most {MAX_TEXT_LENGTH} characters")
        if _CONTROL.search(value) is not None:
            raise self.wrong(key, "must be on one line, without control characters")
        return value

    def choice(self, key: str, allowed: Sequence[str], default: Any = _MISSING) -> Any:
        """One of the allowed words under `key`."""
        value = self.text(key, default)
        if key in self.data and value not in allowed:
            near = difflib.get_close_matches(value, allowed, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise self.wrong(key, f"is not one of the words known here{hint}", allowed=allowed)
        return value

    def boolean(self, key: str, default: bool) -> bool:
        """true or false under `key`."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def identifier(self, key: str) -> str:
        """An id: letters, digits, hyphens and underscores, at most 64."""
        value: str = self.text(key)
        if ID_PATTERN.fullmatch(value) is None:
            raise self.wrong(key, "is no id; ids are letters, digits and hyphens, at most 64 of them")
        return value

    def table(self, key: str, shape: Shape, *, label: str | None = None) -> Table:
        """The table under `key` (empty when absent), its numbers inheriting this table's source."""
        return self.nested(self.data.get(key, {}), shape, self.dotted(key) if label is None else label)

    def tables(self, key: str) -> list[Any]:
        """The raw members of an array of tables, at most `MAX_ENTRIES`, empty when absent."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(f"must be written as [[{key}]] tables", file=self.file, key=self.dotted(key))
        self.check_length(key, value)
        return value

    def check_length(self, key: str, entries: Sized) -> None:
        """Raises the table's error when `entries`, which stand under `key`, are more than any honest file needs."""
        if len(entries) > MAX_ENTRIES:
            raise self.error(
                f"has {len(entries)} entries; at most {MAX_ENTRIES} are read",
                file=self.file,
                key=self.dotted(key),
            )

    def nested(self, data: Any, shape: Shape, label: str) -> Table:
        """Another table of the same file under `label`, inheriting this table's source."""
        return Table(
            data,
            shape,
            file=self.file,
            error=self.error,
            book=self.book,
            label=label,
            origin=self.origin,
        )

    def exactly_one(self, keys: Iterable[str], what: str) -> str:
        """The one key of `keys` that is there; an error when none or several are."""
        there = [key for key in keys if self.has(key)]
        if len(there) != 1:
            problem = f"lacks {what}" if not there else f"gives {what} {len(there)} times"
            raise self.error(
                f"{problem}; give exactly one of {', '.join(keys)}", file=self.file, key=self.label or None
            )
        return there[0]

    def assume(self, sentence: str) -> None:
        """Notes a default that was used."""
        self.book.assumptions.append(sentence)

    # Numbers ----------------------------------------------------------------------------------------------

    def value_and_source(self, key: str) -> tuple[Any, Source]:
        """What stands under `key`, out of its `{ value = … }` table, with its origin; sigma as written."""
        value = self.data[key]
        if not isinstance(value, dict):
            return value, self.origin
        unknown = sorted(set(value) - _NUMBER_TABLE)
        if unknown:
            near = difflib.get_close_matches(unknown[0], sorted(_NUMBER_TABLE), n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise self.error(
                f"is not a known key of a number{hint}",
                file=self.file,
                key=f"{self.dotted(key)}.{unknown[0]}",
                allowed=None if near else ("value", "source", "confidence", "sigma"),
            )
        if "value" not in value:
            raise self.error("has no value", file=self.file, key=self.dotted(key))
        text = value.get("source", self.origin.text)
        confidence = value.get("confidence", self.origin.confidence)
        if text is not None and not isinstance(text, str):
            raise self.error(
                "must be text in quotation marks",
                file=self.file,
                key=f"{self.dotted(key)}.source",
                value=text,
            )
        if confidence is not None and confidence not in CONFIDENCES:
            raise self.error(
                "is not one of the words known here",
                file=self.file,
                key=f"{self.dotted(key)}.confidence",
                value=confidence,
                allowed=CONFIDENCES,
            )
        sigma = value.get("sigma")
        if sigma is not None:
            sigma = self._finite(sigma, f"{key}.sigma")
            if sigma < 0.0:
                raise self.error(
                    "must be at least 0", file=self.file, key=f"{self.dotted(key)}.sigma", value=sigma
                )
        return value["value"], Source(text, confidence, sigma)

    def _finite(self, value: Any, key: str) -> float:
        """The value as a finite float, or an error on what it is instead."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            message = "must be a number"
            if isinstance(value, str):
                message += ", without quotation marks"
            raise self.error(message, file=self.file, key=self.dotted(key), value=value)
        number = float(value)
        if not math.isfinite(number):
            raise self.error("must be a finite number", file=self.file, key=self.dotted(key), value=value)
        return number

    def _note(self, name: str, source: Source, factor: float) -> None:
        if source != Source():
            sigma = None if source.sigma is None else source.sigma * factor
            self.book.sources[self.dotted(name)] = Source(source.text, source.confidence, sigma)
