"""CSV tables: headers with units, and a sentence for each way in which a table arrives broken."""

import math

import numpy as np
import pytest

from cosmodrome.errors import MissionFileError
from cosmodrome.files.tables import (
    MAX_ROWS,
    read_atmosphere_table,
    read_attitude_table,
    read_coefficients,
    read_wind_table,
)


def write(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text)
    return path


def test_an_atmosphere_is_read_in_any_unit(tmp_path):
    path = write(
        tmp_path,
        "# my air\naltitude_km,temperature_k,pressure_hpa,density_kg_m3\n"
        "0,288.15,1013.25,1.225\n\n11,216.65,226.32,0.3639\n",
    )
    columns = read_atmosphere_table(path, MissionFileError)
    assert columns["altitude_m"].tolist() == [0.0, 11000.0]
    assert columns["pressure_pa"] == pytest.approx([101325.0, 22632.0], rel=1e-15)
    assert columns["density_kg_m3"].dtype == np.float64


def test_attitude_is_read_in_radians(tmp_path):
    columns = read_attitude_table(
        write(tmp_path, "t_s,pitch_deg,azimuth_deg\n0,90,45\n10,85,45\n"), MissionFileError
    )
    assert columns["pitch_rad"][0] == pytest.approx(math.pi / 2, rel=1e-15)


def test_coefficients_with_angles_fill_a_grid(tmp_path):
    text = "mach,alpha_deg,ca,cn\n0,0,.2,0\n0,5,.25,.4\n2,0,.3,0\n2,5,.35,.5\n"
    mach, alpha, axial, normal = read_coefficients(write(tmp_path, text), MissionFileError, "body")
    assert mach.tolist() == [0.0, 2.0]
    assert alpha == pytest.approx([0.0, math.radians(5.0)], rel=1e-15)
    assert axial.tolist() == [[0.2, 0.25], [0.3, 0.35]]
    assert normal is not None
    assert normal[1, 1] == 0.5


def test_coefficients_without_angles_are_one_column(tmp_path):
    mach, alpha, axial, normal = read_coefficients(
        write(tmp_path, "mach,cd\n0,.3\n1,.6\n"), MissionFileError, "wind"
    )
    assert (mach.shape, alpha.shape, axial.shape, normal) == ((2,), (1,), (2, 1), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "is empty"),
        ("<!DOCTYPE html><html>", "web page"),
        ("altitude_m;wind_east_m_s;wind_north_m_s\n0;1;2\n", "semicolons"),
        ("altitude_m,wind_east_m_s\n0,1\n1,1\n", 'lacks the column "wind_north_m_s"'),
        ("altitude_m,wind_est_m_s,wind_north_m_s\n0,1,1\n", 'did you mean "wind_east_m_s"'),
        ("altitude_m,altitude_km,wind_east_m_s,wind_north_m_s\n0,0,1,1\n", "twice"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n", "no rows"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1\n", "at least two"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1\n0,2,2\n", "row 2: altitude_m does not increase"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n5,1,1\n0,2,2\n", "does not increase"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1\n1,2\n", "line 3 has 2 cells"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,0,1,5,1,5\n", "decimals with a point"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,x\n1,1,1\n", 'line 2 holds "x"'),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,nan\n1,1,1\n", "no finite number"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1e999\n1,1,1\n", "no finite number"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1\n1,900,1\n", "above 300 m/s"),
        (
            "altitude_m,wind_east_m_s,wind_north_m_s\n" + "".join(f"{i},1,1\n" for i in range(MAX_ROWS + 1)),
            "at most 2000",
        ),
    ],
)
def test_a_broken_table_is_one_sentence(tmp_path, text, expected):
    with pytest.raises(MissionFileError, match=expected) as caught:
        read_wind_table(write(tmp_path, text), MissionFileError)
    assert str(caught.value).startswith("table.csv: ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mach,alpha_deg,cd\n0,0,.2\n0,5,.2\n2,0,.3\n", "every angle at every Mach number"),
        ("mach,alpha_deg,cd\n0,5,.2\n0,0,.2\n2,0,.3\n2,5,.3\n", "not ordered"),
        ("mach,cd\n0,.2\n0,.3\n", "does not increase"),
        ("mach,cd\n1,.2\n0,.3\n", "not ordered"),
        ("mach,cd\n-1,.2\n0,.3\n", "negative Mach"),
        ("mach,cd\n0,-.2\n1,.3\n", "negative drag"),
        ("mach,ca\n0,.2\n1,.3\n", 'has a column "ca"'),
    ],
)
def test_a_broken_coefficient_table_is_one_sentence(tmp_path, text, expected):
    with pytest.raises(MissionFileError, match=expected):
        read_coefficients(write(tmp_path, text), MissionFileError, "wind")


def test_air_without_density_is_refused(tmp_path):
    path = write(
        tmp_path, "altitude_m,temperature_k,pressure_pa,density_kg_m3\n0,288,1e5,1.2\n1e4,220,3e4,0\n"
    )
    with pytest.raises(MissionFileError, match="row 2: density_kg_m3 must be above 0"):
        read_atmosphere_table(path, MissionFileError)
