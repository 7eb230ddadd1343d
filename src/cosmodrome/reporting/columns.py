"""The columns of trajectory.parquet with their units, and the way to and from an Arrow table.

Units stand beside each field for readers of Arrow, as one JSON object in the file's own metadata for all others, and
where pandas looks for attributes of a frame (`df.attrs["units"]`).

A row is an instant; at a jump (a separation, an engine's start or end) there are two rows of the same time,
before and after.  `phase` is text, everything else a float64.  Only `NULLABLE` columns may hold NaN, written
as Parquet nulls: "does not apply here", as Mach without air.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy

from cosmodrome.errors import ExportError

if TYPE_CHECKING:
    import pyarrow

PROGRAMME_KEY = b"cosmodrome.programme"
UNITS_KEY = b"cosmodrome.units"
_PANDAS_KEY = b"PANDAS_ATTRS"

# Column -> unit, in the order of the file. "1" is dimensionless, "" is text.
UNITS: dict[str, str] = {
    "t_s": "s",
    "phase": "",
    "r_eci_x_m": "m",
    "r_eci_y_m": "m",
    "r_eci_z_m": "m",
    "v_eci_x_m_s": "m/s",
    "v_eci_y_m_s": "m/s",
    "v_eci_z_m_s": "m/s",
    "mass_kg": "kg",
    "altitude_m": "m",
    "latitude_deg": "deg",
    "longitude_deg": "deg",
    "downrange_m": "m",
    "speed_relative_m_s": "m/s",
    "flight_path_angle_deg": "deg",
    "azimuth_deg": "deg",
    "u_eci_x": "1",
    "u_eci_y": "1",
    "u_eci_z": "1",
    "throttle": "1",
    "mach": "1",
    "dynamic_pressure_pa": "Pa",
    "q_alpha_pa_rad": "Pa rad",
    "axial_acceleration_g": "g0",
    "heat_flux_w_m2": "W/m^2",
}
NULLABLE = frozenset({"mach"})

Columns = Mapping[str, numpy.ndarray[Any, Any]]


def table_from_columns(columns: Columns, programme: str) -> "pyarrow.Table":
    """The Arrow table of `columns`, each `(n,)`: a `unit` beside each field, the programme in the metadata.

    No columns at all (a plan that does not exist) make a table without rows.  Raises ExportError for a
    missing, unknown or uneven column, and for a number that is not finite.
    """
    import pyarrow

    if columns and set(columns) != set(UNITS):
        wrong = sorted(set(columns) ^ set(UNITS))
        raise ExportError(f"the trajectory's columns differ from the format in {', '.join(wrong)}")
    lengths = {len(columns[name]) for name in columns}
    if len(lengths) > 1:
        raise ExportError(f"the trajectory's columns have different lengths: {sorted(lengths)}")
    fields, arrays = [], []
    for name, unit in UNITS.items():
        kind = pyarrow.float64() if unit else pyarrow.string()
        values = columns[name] if columns else numpy.empty(0)
        if unit:
            values = numpy.asarray(values, dtype=numpy.float64)
            _refuse_not_finite(name, values, columns)
            arrays.append(pyarrow.array(values, type=kind, mask=numpy.isnan(values)))
        else:
            arrays.append(pyarrow.array([str(v) for v in values], type=kind))
        fields.append(pyarrow.field(name, kind, nullable=name in NULLABLE, metadata={"unit": unit}))
    metadata = {
        PROGRAMME_KEY: programme.encode(),
        UNITS_KEY: json.dumps(UNITS).encode(),
        _PANDAS_KEY: json.dumps({"units": UNITS}).encode(),
    }
    schema = pyarrow.schema(fields, metadata=metadata)
    return pyarrow.Table.from_arrays(arrays, schema=schema)


def columns_from_table(table: "pyarrow.Table") -> tuple[dict[str, numpy.ndarray[Any, Any]], str]:
    """The columns, nulls as NaN, and the programme's JSON text, of a table that `table_from_columns` made.

    Raises ExportError when a column or the programme is missing.
    """
    missing = [name for name in UNITS if name not in table.column_names]
    if missing:
        raise ExportError(f"lacks the columns {', '.join(missing)}")
    programme = (table.schema.metadata or {}).get(PROGRAMME_KEY)
    if programme is None:
        raise ExportError(f"holds no attitude programme (file metadata {PROGRAMME_KEY.decode()})")
    columns: dict[str, numpy.ndarray[Any, Any]] = {}
    for name, unit in UNITS.items():
        column = table.column(name)
        if unit:
            columns[name] = column.to_numpy(zero_copy_only=False).astype(numpy.float64)
        else:
            columns[name] = numpy.array(column.to_pylist(), dtype=numpy.str_)
    return columns, programme.decode()


def _refuse_not_finite(name: str, values: numpy.ndarray[Any, Any], columns: Columns) -> None:
    bad = numpy.isinf(values) if name in NULLABLE else ~numpy.isfinite(values)
    if bad.any():
        row = int(numpy.argmax(bad))
        raise ExportError(f"the trajectory's {name} is {values[row]} at t_s = {columns['t_s'][row]:.3f}")
