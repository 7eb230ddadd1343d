"""Bands of plausible numbers, each with its source, and the sentence on a number outside of one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_NARROW = "\u202f"


@dataclass(frozen=True)
class Band:
    """What is compared (with its unit), and from where to where it is plausible; zero is told apart by the caller."""

    name: str
    of: str
    least: float
    most: float
    source: str


@cache
def bands() -> dict[str, Band]:
    """Every band, by name."""
    text = (Path(__file__).parents[1] / "lints" / "plausible.toml").read_text(encoding="utf-8")
    return {
        name: Band(name, entry["of"], float(entry["least"]), float(entry["most"]), entry["source"])
        for name, entry in tomllib.loads(text).items()
    }


def outside(name: str, value: float | None, key: str) -> tuple[str, ...]:
    """One sentence that names `key` when the value lies outside the band; none for a value that is not there."""
    band = bands()[name]
    if value is None or band.least <= value <= band.most:
        return ()
    return (
        f"{key}: {band.of}, is {shown(value)}, outside {shown(band.least)} to {shown(band.most)}"
        f" ({band.source})",
    )


def shown(value: float) -> str:
    """A number for a sentence, four digits."""
    if 1e4 <= abs(value) < 1e9:
        return f"{value:,.0f}".replace(",", _NARROW)
    return f"{value:.4g}"
