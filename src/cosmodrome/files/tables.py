"""CSV tables: coefficients of drag, air, wind and attitude, with headers that carry units.

A table is a header line and at most 2 000 rows of finite numbers separated by commas; empty lines and lines
that start with # are skipped.  A column may be written with another unit suffix of its dimension, as in TOML.
"""

from __future__ import annotations

import difflib
import math
from pathlib import Path

import numpy as np

from cosmodrome.errors import CosmodromeError
from cosmodrome.files.toml import decode_text, read_bytes
from cosmodrome.files.units import quantity

MAX_ROWS = 2000
MAX_COLUMNS = 16

Columns = dict[str, np.ndarray]


def read_columns(
    path: Path,
    error: type[CosmodromeError],
    required: tuple[str, ...],
    optional: tuple[str, ...] = (),
    dimensionless: tuple[str, ...] = (),
) -> Columns:
    """The columns of a CSV file in SI, each a float64 array of shape (rows,), under its SI header name.

    `required` and `optional` name columns as the formats show them; those in `dimensionless` have no unit.
    Raises `error` with the line for a wrong header, a cell that is no finite number, or too many rows.
    """
    lines = decode_text(read_bytes(path, error), path, error).splitlines()
    numbered = [
        (n, s.strip()) for n, s in enumerate(lines, 1) if s.strip() and not s.lstrip().startswith("#")
    ]
    if not numbered:
        raise error("is empty; it needs a header line and rows of numbers", file=path)
    first = numbered[0][1]
    if first.lstrip().startswith("<"):
        raise error("is a web page, not a CSV table; download the table itself", file=path)
    if ";" in first and "," not in first:
        raise error("separates columns by semicolons; use commas, and points for decimals", file=path)
    names, factors = _header(first, path, error, required, optional, dimensionless)
    rows = numbered[1:]
    if not rows:
        raise error("has a header but no rows", file=path)
    if len(rows) > MAX_ROWS:
        raise error(f"has {len(rows)} rows; at most {MAX_ROWS} are read", file=path)
    values = np.empty((len(rows), len(names)))
    for i, (number, line) in enumerate(rows):
        values[i] = _row(line, number, len(names), path, error)
    return {name: values[:, j] * factors[j] for j, name in enumerate(names)}


def increasing(columns: Columns, name: str, path: Path, error: type[CosmodromeError]) -> None:
    """Raises `error` unless the column rises strictly from row to row."""
    steps = np.diff(columns[name])
    if np.any(steps <= 0.0):
        row = int(np.argmax(steps <= 0.0)) + 2
        raise error(f"row {row}: {name} does not increase; sort the rows and remove repeated ones", file=path)


def read_atmosphere_table(path: Path, error: type[CosmodromeError]) -> Columns:
    """altitude_m, temperature_k, pressure_pa, density_kg_m3 of the air, at least two rows, all positive."""
    columns = read_columns(path, error, ("altitude_m", "temperature_k", "pressure_pa", "density_kg_m3"))
    increasing(columns, "altitude_m", path, error)
    _at_least_two(columns, path, error)
    for name in ("temperature_k", "pressure_pa", "density_kg_m3"):
        if np.any(columns[name] <= 0.0):
            raise error(f"row {int(np.argmax(columns[name] <= 0.0)) + 1}: {name} must be above 0", file=path)
    return columns


def read_wind_table(path: Path, error: type[CosmodromeError]) -> Columns:
    """altitude_m, wind_east_m_s, wind_north_m_s: the motion of the air toward east and north."""
    columns = read_columns(path, error, ("altitude_m", "wind_east_m_s", "wind_north_m_s"))
    increasing(columns, "altitude_m", path, error)
    _at_least_two(columns, path, error)
    fastest = max(float(np.max(np.abs(columns[n]))) for n in ("wind_east_m_s", "wind_north_m_s"))
    if fastest > 300.0:
        raise error(f"has a wind of {fastest:.4g} m/s; winds above 300 m/s do not exist here", file=path)
    return columns


def read_attitude_table(path: Path, error: type[CosmodromeError]) -> Columns:
    """t_s, pitch_rad, azimuth_rad of the thrust axis in the local geodetic horizon."""
    columns = read_columns(path, error, ("t_s", "pitch_deg", "azimuth_deg"))
    increasing(columns, "t_s", path, error)
    _at_least_two(columns, path, error)
    if np.any(np.abs(columns["pitch_rad"]) > math.pi / 2 + 1e-12):
        raise error("has a pitch beyond -90 to 90 deg", file=path)
    return columns


def read_coefficients(
    path: Path, error: type[CosmodromeError], axes: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
    """mach (m,), alpha_rad (k,), axial (m, k), normal (m, k) or None from a coefficient table.

    Columns are mach[, alpha_deg], then cd[, cl] for wind axes, ca[, cn] for body axes.  With angles the rows
    must fill the whole grid, ordered by Mach number, then by angle.
    """
    axial, normal = ("cd", "cl") if axes == "wind" else ("ca", "cn")
    columns = read_columns(
        path, error, ("mach", axial), ("alpha_deg", normal), dimensionless=("mach", axial, normal)
    )
    mach = np.unique(columns["mach"])
    alpha = np.unique(columns.get("alpha_rad", np.zeros(1)))
    shape = (mach.size, alpha.size)
    if columns["mach"].size != mach.size * alpha.size:
        if "alpha_rad" not in columns:
            increasing(columns, "mach", path, error)
        raise error(
            f"has {columns['mach'].size} rows where {mach.size} Mach numbers times {alpha.size} angles need"
            f" {mach.size * alpha.size}; give every angle at every Mach number",
            file=path,
        )
    grid_mach = columns["mach"].reshape(shape)
    grid_alpha = columns.get("alpha_rad", np.zeros(mach.size)).reshape(shape)
    if np.any(grid_mach != mach[:, None]) or np.any(grid_alpha != alpha[None, :]):
        raise error("is not ordered by Mach number, then by angle of attack, both rising", file=path)
    if mach[0] < 0.0:
        raise error("has a negative Mach number", file=path)
    if axes == "wind" and np.any(columns[axial] < 0.0):
        raise error("has a negative drag coefficient", file=path)
    crosswise = columns[normal].reshape(shape) if normal in columns else None
    return mach, alpha, columns[axial].reshape(shape), crosswise


def _header(
    line: str,
    path: Path,
    error: type[CosmodromeError],
    required: tuple[str, ...],
    optional: tuple[str, ...],
    dimensionless: tuple[str, ...],
) -> tuple[list[str], list[float]]:
    """The SI names of the columns, and the factor of each."""
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    if len(cells) > MAX_COLUMNS:
        raise error(f"has {len(cells)} columns; at most {MAX_COLUMNS} are read", file=path)
    known: dict[str, tuple[str, float]] = {}
    for usual in required + optional:
        if usual in dimensionless:
            known[usual] = (usual, 1.0)
        else:
            q = quantity(usual)
            known |= {key: (q.si_key, factor) for key, factor in q.keys.items()}
    names: list[str] = []
    factors: list[float] = []
    for cell in cells:
        if cell not in known:
            near = difflib.get_close_matches(cell, known, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise error(
                f'has a column "{cell[:40]}"{hint}', file=path, allowed=None if near else required + optional
            )
        name, factor = known[cell]
        if name in names:
            raise error(f'gives the column "{name}" twice', file=path)
        names.append(name)
        factors.append(factor)
    for usual in required:
        needed = usual if usual in dimensionless else quantity(usual).si_key
        if needed not in names:
            raise error(f'lacks the column "{usual}"', file=path)
    return names, factors


def _row(line: str, number: int, width: int, path: Path, error: type[CosmodromeError]) -> list[float]:
    """The numbers of one line."""
    cells = [cell.strip() for cell in line.split(",")]
    if len(cells) != width:
        hint = ""
        if len(cells) == 2 * width or ";" in line:
            hint = "; write decimals with a point, not a comma"
        raise error(f"line {number} has {len(cells)} cells where the header has {width}{hint}", file=path)
    row: list[float] = []
    for cell in cells:
        try:
            value = float(cell)
        except ValueError as problem:
            raise error(f'line {number} holds "{cell[:40]}", which is no number', file=path) from problem
        if not math.isfinite(value) or "_" in cell:
            raise error(f'line {number} holds "{cell[:40]}", which is no finite number', file=path)
        row.append(value)
    return row


def _at_least_two(columns: Columns, path: Path, error: type[CosmodromeError]) -> None:
    if next(iter(columns.values())).size < 2:
        raise error("has one row; at least two are needed", file=path)
