"""What the judge reads: TOML keys in any unit, and tables of numbers.

Written from docs/files.md alone; nothing here comes from the package that is judged.
"""

import csv
import math
import tomllib
from pathlib import Path
from typing import Any

Toml = dict[str, Any]

G0 = 9.80665
_DEG = math.pi / 180.0
_SCALES: tuple[dict[str, float], ...] = (
    {"m": 1.0, "km": 1e3, "ft": 0.3048},
    {"m2": 1.0, "ft2": 0.3048**2},
    {"kg": 1.0, "t": 1e3},
    {"s": 1.0, "min": 60.0, "h": 3600.0},
    {"rad": 1.0, "deg": _DEG},
    {"rad_s": 1.0, "deg_s": _DEG},
    {"m_s": 1.0, "km_s": 1e3, "ft_s": 0.3048},
    {"m_s2": 1.0, "g": G0},
    {"n": 1.0, "kn": 1e3, "mn": 1e6},
    {"n_s": 1.0, "kn_s": 1e3},
    {"pa": 1.0, "kpa": 1e3, "hpa": 1e2, "bar": 1e5},
    {"pa_rad": 1.0, "kpa_rad": 1e3, "pa_deg": _DEG, "kpa_deg": 1e3 * _DEG},
    {"w_m2": 1.0, "kw_m2": 1e3},
    {"kg_s": 1.0, "t_s": 1e3},
    {"kg_m3": 1.0, "g_m3": 1e-3},
    {"k": 1.0},
    {"m2_s2": 1.0, "km2_s2": 1e6},
    {"m3_s2": 1.0, "km3_s2": 1e9},
)


class JudgeError(Exception):
    """What is judged cannot be read: one sentence."""


def read(path: Path) -> Toml:
    """Return the tables of a TOML file."""
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as problem:
        raise JudgeError(f"{path} cannot be read: {problem}") from problem


def spellings(key: str) -> dict[str, float]:
    """Return every way to write a key with another unit of its dimension, with the factor to SI."""
    words = key.split("_")
    for first in range(1, len(words)):
        suffix, stem = "_".join(words[first:]), "_".join(words[:first])
        for scale in _SCALES:
            if suffix in scale:
                return {f"{stem}_{other}": factor for other, factor in scale.items()}
    return {key: 1.0}


def number(table: Toml, key: str, default: Any = None) -> Any:
    """Return the number of a key in SI units and radians, whatever unit it is written in."""
    for spelling, factor in spellings(key).items():
        if spelling in table:
            value = plain(table, spelling)
            return factor * value if isinstance(value, int | float) else value
    return default


def plain(table: Toml, key: str, default: Any = None) -> Any:
    """Return what stands under a key that has no unit, out of its `{ value = … }` table."""
    value = table.get(key, default)
    return value["value"] if isinstance(value, dict) and "value" in value else value


def columns(path: Path, *keys: str) -> list[list[float]]:
    """Return columns of a CSV file in SI, in the order of `keys`; an empty list for one that is absent."""
    lines = [line for line in path.read_text("utf-8-sig").splitlines() if line.strip() and line[0] != "#"]
    head, *rows = list(csv.reader(lines))
    names = [cell.strip().strip('"') for cell in head]
    found = []
    for key in keys:
        match = [(names.index(s), factor) for s, factor in spellings(key).items() if s in names]
        found.append([float(row[match[0][0]]) * match[0][1] for row in rows] if match else [])
    return found
