"""CSV tables: coefficients of drag, air, wind and attitude, with headers that carry units.

A table is a header line and at most 2 000 rows of finite numbers separated by commas; empty lines and lines
that start with # are skipped.  A column may be written with another unit suffix of its dimension, as in TOML.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cosmodrome.errors import CosmodromeError
from cosmodrome.files.toml import decode_text, read_bytes
from cosmodrome.files.units import quantity, unit_words

MAX_FILE_BYTES = 1 << 20
MAX_ROWS = 2000
MAX_COLUMNS = 16
# Lowest and highest value of each column in SI: beyond is a slip of the pen, and some arithmetic on it would overflow.
BOUNDS = {
    "altitude_m": (-1e4, 1e9),
    "temperature_k": (1.0, 1e5),
    "pressure_pa": (1e-30, 1e9),
    "density_kg_m3": (1e-30, 1e3),
    "wind_east_m_s": (-300.0, 300.0),
    "wind_north_m_s": (-300.0, 300.0),
    "t_s": (-1e6, 1e8),
    "pitch_rad": (-math.pi / 2.0, math.pi / 2.0),
    "azimuth_rad": (-4.0 * math.pi, 4.0 * math.pi),
    "mach": (0.0, 1e3),
    "alpha_rad": (-math.pi, math.pi),
    "cd": (0.0, 100.0),
    "cl": (-100.0, 100.0),
    "ca": (-100.0, 100.0),
    "cn": (-100.0, 100.0),
}
# The least distance of neighbouring knots in SI: nearer ones would make a spline of overflowing slopes.
LEAST_STEP = {"altitude_m": 1e-3, "t_s": 1e-6, "mach": 1e-6, "alpha_rad": 1e-9}
_SEPARATORS = {";": "semicolons", "\t": "tabs", " ": "blanks"}
_ROUNDING = 1e-12  # of a bound in degrees

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Heading:
    """A column: the name of what it holds in SI, the name as the file writes it, its unit there, the factor to SI."""

    name: str
    written: str
    unit: str = ""
    factor: float = 1.0


@dataclass(frozen=True)
class CsvTable:
    """A CSV file: `written` (rows, columns) are its numbers as they stand there, `lines` the line of each row."""

    path: Path
    error: type[CosmodromeError]
    headings: tuple[Heading, ...]
    lines: tuple[int, ...]
    written: np.ndarray

    @property
    def columns(self) -> Columns:
        """The columns in SI, each a float64 array (rows,), by SI name."""
        return {heading.name: self.written[:, j] * heading.factor for j, heading in enumerate(self.headings)}

    def wrong(self, name: str, row: int, message: str) -> CosmodromeError:
        """The error for one number, to be raised; it is named and valued as the file writes it."""
        j = [heading.name for heading in self.headings].index(name)
        value = float(self.written[row, j])
        where = f"in line {self.lines[row]} {message}"
        return self.error(where, file=self.path, key=self.headings[j].written, value=value)

    def check_bounds(self) -> None:
        """Raises `error` for the first number outside the `BOUNDS` of its column."""
        for heading, column in zip(self.headings, self.columns.values(), strict=True):
            low, high = BOUNDS[heading.name]
            outside = (column < low - _ROUNDING * abs(low)) | (column > high + _ROUNDING * abs(high))
            if outside.any():
                limits = (
                    f"{low / heading.factor:.10g} to {high / heading.factor:.10g} {heading.unit}".rstrip()
                )
                raise self.wrong(heading.name, int(np.argmax(outside)), f"must be from {limits}")

    def check_knots(self, name: str) -> None:
        """Raises `error` unless there are two rows or more, and the column rises from row to row."""
        if len(self.lines) < 2:
            raise self.error("has one row; at least two are needed", file=self.path)
        close = np.diff(self.columns[name]) < LEAST_STEP[name]
        if close.any():
            raise self.wrong(name, int(np.argmax(close)) + 1, self._too_close(name))

    def distinct(self, name: str) -> np.ndarray:
        """The different values of a column in SI, rising; raises `error` where two are nearly the same."""
        values, rows = np.unique(self.columns[name], return_index=True)
        close = np.diff(values) < LEAST_STEP[name]
        if close.any():
            raise self.wrong(name, int(rows[int(np.argmax(close)) + 1]), self._too_close(name))
        return values

    def _too_close(self, name: str) -> str:
        heading = next(heading for heading in self.headings if heading.name == name)
        step = f"{LEAST_STEP[name] / heading.factor:.3g} {heading.unit}".rstrip()
        return f"does not increase by at least {step}; sort the rows and remove repeated ones"


def read_table(
    path: Path,
    error: type[CosmodromeError],
    required: tuple[str, ...],
    optional: tuple[str, ...] = (),
) -> CsvTable:
    """The table of a CSV file, every number finite and within bounds.

    `required` and `optional` name columns as the formats show them.  Raises `error` with the line for a wrong
    header, a cell that is no finite number, or too many rows.
    """
    lines = decode_text(read_bytes(path, error, MAX_FILE_BYTES), path, error).splitlines()
    numbered = [
        (n, s.strip()) for n, s in enumerate(lines, 1) if s.strip() and not s.lstrip().startswith("#")
    ]
    if not numbered:
        raise error("is empty; it needs a header line and rows of numbers", file=path)
    (_, first), *rows = numbered
    for sign, word in _SEPARATORS.items():
        if sign in first and "," not in first:
            raise error(f"separates columns by {word}; use commas, and points for decimals", file=path)
    headings = _headings(first, path, error, required, optional)
    if not rows:
        raise error("has a header but no rows", file=path)
    if len(rows) > MAX_ROWS:
        raise error(f"has {len(rows)} rows; at most {MAX_ROWS} are read", file=path)
    written = np.array([_row(line, number, headings, path, error) for number, line in rows])
    table = CsvTable(path, error, headings, tuple(number for number, _ in rows), written)
    table.check_bounds()
    return table


def read_atmosphere_table(path: Path, error: type[CosmodromeError]) -> Columns:
    """altitude_m, temperature_k, pressure_pa, density_kg_m3 of the air, at least two rows, thinner at the top."""
    table = read_table(path, error, ("altitude_m", "temperature_k", "pressure_pa", "density_kg_m3"))
    table.check_knots("altitude_m")
    density = table.columns["density_kg_m3"]
    if not density[-1] < density[-2]:
        # above the table the last scale height goes on
        raise table.wrong(
            "density_kg_m3", len(density) - 1, "does not fall; at its top the air must become thinner"
        )
    return table.columns


def read_wind_table(path: Path, error: type[CosmodromeError]) -> Columns:
    """altitude_m, wind_east_m_s, wind_north_m_s: the motion of the air toward east and north."""
    table = read_table(path, error, ("altitude_m", "wind_east_m_s", "wind_north_m_s"))
    table.check_knots("altitude_m")
    return table.columns


def read_attitude_table(path: Path, error: type[CosmodromeError]) -> Columns:
    """t_s, pitch_rad, azimuth_rad of the thrust axis in the local geodetic horizon."""
    table = read_table(path, error, ("t_s", "pitch_deg", "azimuth_deg"))
    table.check_knots("t_s")
    return table.columns


def read_coefficients(
    path: Path, error: type[CosmodromeError], axes: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
    """mach (m,), alpha_rad (k,), axial (m, k), normal (m, k) or None from a coefficient table.

    Columns are mach[, alpha_deg], then cd[, cl] for wind axes, ca[, cn] for body axes.  With angles the rows
    must fill the whole grid, ordered by Mach number, then by angle.
    """
    axial, normal = ("cd", "cl") if axes == "wind" else ("ca", "cn")
    table = read_table(path, error, ("mach", axial), ("alpha_deg", normal))
    columns = table.columns
    if "alpha_rad" not in columns:
        if len(table.lines) > 1:
            table.check_knots("mach")
        mach, alpha = columns["mach"], np.zeros(1)
    else:
        mach, alpha = table.distinct("mach"), table.distinct("alpha_rad")
        _check_grid(table, mach, alpha)
    shape = (mach.size, alpha.size)
    crosswise = columns[normal].reshape(shape) if normal in columns else None
    return mach, alpha, columns[axial].reshape(shape), crosswise


def _check_grid(table: CsvTable, mach: np.ndarray, alpha: np.ndarray) -> None:
    """Raises the table's error unless its rows are the whole grid of Mach numbers and angles, in order."""
    rows, needed = len(table.lines), mach.size * alpha.size
    if rows != needed:
        raise table.error(
            f"has {rows} rows where {mach.size} Mach numbers times {alpha.size} angles need {needed};"
            " give every angle at every Mach number",
            file=table.path,
        )
    for name, wanted in (("mach", np.repeat(mach, alpha.size)), ("alpha_rad", np.tile(alpha, mach.size))):
        astray = table.columns[name] != wanted
        if astray.any():
            raise table.wrong(
                name,
                int(np.argmax(astray)),
                "is out of order; sort by Mach number, then by angle of attack, both rising",
            )


def _headings(
    line: str,
    path: Path,
    error: type[CosmodromeError],
    required: tuple[str, ...],
    optional: tuple[str, ...],
) -> tuple[Heading, ...]:
    """The columns that a header line names."""
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    if len(cells) > MAX_COLUMNS:
        raise error(f"has {len(cells)} columns; at most {MAX_COLUMNS} are read", file=path)
    usual = required + optional
    known = {heading.written: heading for name in usual for heading in _spellings(name)}
    headings: list[Heading] = []
    for cell in cells:
        if cell not in known:
            near = difflib.get_close_matches(cell, usual, n=1) or difflib.get_close_matches(cell, known, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise error(f'has a column "{cell[:40]}"{hint}', file=path, value=cell, allowed=usual)
        if known[cell].name in (heading.name for heading in headings):
            raise error(f'gives the same quantity twice, the second time as "{cell}"', file=path, value=cell)
        headings.append(known[cell])
    for name in required:
        if not any(heading in headings for heading in _spellings(name)):
            raise error(f'lacks the column "{name}"', file=path, allowed=usual)
    return tuple(headings)


def _spellings(usual: str) -> list[Heading]:
    """A column in every unit that it may have; a coefficient has none."""
    if "_" not in usual:
        return [Heading(usual, usual)]
    q = quantity(usual)
    return [
        Heading(q.si_key, f"{q.stem}_{suffix}", unit_words(suffix), factor)
        for suffix, factor in q.dimension.factors.items()
    ]


def _row(
    line: str, number: int, headings: tuple[Heading, ...], path: Path, error: type[CosmodromeError]
) -> list[float]:
    """The numbers of one line."""
    cells = [cell.strip() for cell in line.split(",")]
    if len(cells) != len(headings):
        is_split = len(cells) == 2 * len(headings) or ";" in line
        hint = "; write decimals with a point, not a comma" if is_split else ""
        raise error(
            f"line {number} has {len(cells)} cells where the header has {len(headings)}{hint}", file=path
        )
    return [
        _number(cell, number, heading, path, error) for cell, heading in zip(cells, headings, strict=True)
    ]


def _number(cell: str, number: int, heading: Heading, path: Path, error: type[CosmodromeError]) -> float:
    """The number in one cell."""

    def wrong(message: str) -> CosmodromeError:
        return error(f"in line {number} {message}", file=path, key=heading.written, value=cell)

    # Python would take digits of other scripts, and 1_000.
    if not cell.isascii() or "_" in cell:
        raise wrong("is no number")
    try:
        value = float(cell)
    except ValueError as problem:
        raise wrong("is no number") from problem
    if not math.isfinite(value):
        raise wrong("must be a finite number")
    return value
