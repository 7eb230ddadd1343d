"""The errors a person can cause or must know about, each one sentence.

    CosmodromeError
    ├── MissionFileError    a mission file, or a table that it names, is wrong
    ├── VehicleFileError    a vehicle, upper-stage or site file, or a table that it names, is wrong
    ├── CatalogueError      an id or a combination that the catalogue does not have
    ├── ModelDomainError    a model was asked for something outside what it is valid for
    └── ExportError         a result could not be written or read back

All of them mean exit code 2.  An honest negative answer (infeasible, not converged, a flight lost) is a
value with a reason, never one of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

_LONGEST_VALUE = 60


class CosmodromeError(Exception):
    """One sentence saying where, what was given, what is allowed and what to do.

    `message` continues the words "<key> = <value>", as in `CosmodromeError("is above apogee_altitude_km =
    500; swap them?", file="a.toml", key="target.perigee_altitude_km", value=900)`; without `key` it is the
    whole statement.  `allowed` is listed at the end.  All four stay readable as attributes for `--json`.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | PurePath | None = None,
        key: str | None = None,
        value: object = None,
        allowed: Sequence[object] | str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = None if file is None else str(file)
        self.key = key
        self.value = value
        self.allowed = allowed

    def __str__(self) -> str:
        """The whole sentence, on one line."""
        sentence = self.message
        if self.key is not None:
            given = "" if self.value is None else f" = {show_value(self.value)}"
            sentence = f"{self.key}{given} {sentence}"
        if self.file is not None:
            sentence = f"{PurePath(self.file).name}: {sentence}"
        if self.allowed is not None:
            listed = self.allowed if isinstance(self.allowed, str) else ", ".join(map(str, self.allowed))
            asks = sentence.endswith("?")
            sentence = f"{sentence} (allowed: {listed})" if asks else f"{sentence}; allowed: {listed}"
        return _printable(" ".join(sentence.split()))

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions with keyword-only fields do not survive pickling by default; workers send theirs home.
        return (_rebuild, (type(self), self.message, self.file, self.key, self.value, self.allowed))


class MissionFileError(CosmodromeError):
    """A mission file, or a table that it names, is wrong."""


class VehicleFileError(CosmodromeError):
    """A vehicle, upper-stage or site file, or a table that it names, is wrong."""


class CatalogueError(CosmodromeError):
    """An id or a combination that the catalogue does not have."""


class ModelDomainError(CosmodromeError):
    """A model was asked for something outside what it is valid for."""


class ExportError(CosmodromeError):
    """A result could not be written or read back."""


def show_value(value: object) -> str:
    """The value as one short printable piece of text, strings quoted as in TOML."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, float):
        text = f"{value:.10g}"
    elif isinstance(value, str):
        text = f'"{value}"'
    else:
        text = str(value)
    text = _printable(text)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _printable(text: str) -> str:
    """The text with what a terminal would obey, or not show, written as an escape."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def _rebuild(
    kind: type[CosmodromeError],
    message: str,
    file: str | None,
    key: str | None,
    value: object,
    allowed: Sequence[object] | str | None,
) -> CosmodromeError:
    return kind(message, file=file, key=key, value=value, allowed=allowed)
