"""trajectory.parquet: units, jumps, nulls, and what is refused."""

import json

import numpy as np
import pyarrow.parquet
import pytest

from cosmodrome.errors import ExportError
from cosmodrome.reporting.columns import PROGRAMME_KEY, UNITS, columns_from_table, table_from_columns

CONTRACT = [
    "t_s",
    "phase",
    "r_eci_x_m",
    "r_eci_y_m",
    "r_eci_z_m",
    "v_eci_x_m_s",
    "v_eci_y_m_s",
    "v_eci_z_m_s",
    "mass_kg",
    "altitude_m",
    "latitude_deg",
    "longitude_deg",
    "downrange_m",
    "speed_relative_m_s",
    "flight_path_angle_deg",
    "azimuth_deg",
    "u_eci_x",
    "u_eci_y",
    "u_eci_z",
    "throttle",
    "mach",
    "dynamic_pressure_pa",
    "q_alpha_pa_rad",
    "axial_acceleration_g",
    "heat_flux_w_m2",
]


def test_columns_stand_in_the_order_of_the_contract(columns):
    # Handed over in any order, written in one.
    shuffled = dict(sorted(columns.items()))
    assert table_from_columns(shuffled, "{}").column_names == CONTRACT


def test_every_column_says_its_unit(columns):
    table = table_from_columns(columns, "{}")
    units = {field.name: field.metadata[b"unit"].decode() for field in table.schema}
    assert units == UNITS
    assert units["r_eci_x_m"] == "m"
    assert units["q_alpha_pa_rad"] == "Pa rad"
    assert units["phase"] == ""


def test_numbers_come_back_bit_for_bit(columns):
    back, programme = columns_from_table(table_from_columns(columns, '{"a": "Δv"}'))
    assert programme == '{"a": "Δv"}'
    for name in CONTRACT:
        np.testing.assert_array_equal(back[name], columns[name])


def test_both_rows_of_a_jump_are_kept(columns):
    back, _ = columns_from_table(table_from_columns(columns, "{}"))
    jump = np.flatnonzero(np.diff(back["t_s"]) == 0.0)
    assert len(jump) == 2
    assert np.all(back["mass_kg"][jump + 1] < back["mass_kg"][jump])


def test_mach_without_air_is_a_null_and_comes_back_as_nan(columns):
    columns["mach"][:] = np.nan
    table = table_from_columns(columns, "{}")
    assert table.column("mach").null_count == len(columns["mach"])
    assert np.isnan(columns_from_table(table)[0]["mach"]).all()


def test_a_nan_elsewhere_is_refused_with_its_column_and_time(columns):
    columns["mass_kg"][40] = np.nan
    columns["t_s"][40] = 20.034
    with pytest.raises(ExportError, match=r"mass_kg is nan at t_s = 20\.034"):
        table_from_columns(columns, "{}")


def test_an_infinite_mach_is_refused(columns):
    columns["mach"][3] = np.inf
    with pytest.raises(ExportError, match="mach is inf"):
        table_from_columns(columns, "{}")


def test_a_missing_column_is_refused_by_name(columns):
    del columns["throttle"]
    with pytest.raises(ExportError, match="throttle"):
        table_from_columns(columns, "{}")


def test_columns_of_unequal_length_are_refused(columns):
    columns["throttle"] = columns["throttle"][:-1]
    with pytest.raises(ExportError, match="different lengths"):
        table_from_columns(columns, "{}")


def test_no_trajectory_is_a_table_without_rows():
    table = table_from_columns({}, "null")
    assert table.num_rows == 0
    assert table.column_names == CONTRACT


def test_a_table_without_programme_is_refused(columns):
    table = table_from_columns(columns, "{}").replace_schema_metadata({})
    with pytest.raises(ExportError, match=PROGRAMME_KEY.decode()):
        columns_from_table(table)


# --- units as other programs see them ---------------------------------------------------------------------------------


@pytest.fixture
def parquet(columns, tmp_path):
    path = tmp_path / "trajectory.parquet"
    pyarrow.parquet.write_table(table_from_columns(columns, "{}"), path)
    return path


def test_the_file_itself_tells_every_unit_to_readers_that_know_no_arrow(parquet):
    stated = pyarrow.parquet.read_metadata(parquet).metadata
    assert json.loads(stated[b"cosmodrome.units"]) == UNITS


def test_units_beside_the_fields_come_back_from_the_file(parquet):
    fields = pyarrow.parquet.read_schema(parquet)
    assert {field.name: field.metadata[b"unit"].decode() for field in fields} == UNITS


@pytest.mark.oracle
def test_pandas_has_the_units_as_attributes_of_its_frame(parquet):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(parquet)
    assert frame.attrs["units"] == UNITS
    assert list(frame.columns) == CONTRACT


@pytest.mark.oracle
def test_duckdb_finds_the_units_in_the_metadata_of_the_file(parquet):
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.execute("select key, value from parquet_kv_metadata(?)", [str(parquet)]).fetchall()
    stated = {bytes(key): bytes(value) for key, value in rows}
    assert json.loads(stated[b"cosmodrome.units"]) == UNITS
    assert duckdb.execute("select count(*) from read_parquet(?)", [str(parquet)]).fetchone()[0] > 0
