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
        (
            "altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1\n0,2,2\n",
            "altitude_m = 0 in line 3 does not increase by at least 0.001 m",
        ),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n5,1,1\n0,2,2\n", "does not increase"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1\n1,2\n", "line 3 has 2 cells"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,0,1,5,1,5\n", "decimals with a point"),
        (
            "altitude_m,wind_east_m_s,wind_north_m_s\n0,1,x\n1,1,1\n",
            'wind_north_m_s = "x" in line 2 is no number',
        ),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,nan\n1,1,1\n", "must be a finite number"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1e999\n1,1,1\n", "must be a finite number"),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,١\n1,1,1\n", '"١" in line 2 is no number'),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1_0\n1,1,1\n", '"1_0" in line 2 is no number'),
        ("altitude_m\twind_east_m_s\twind_north_m_s\n0\t1\t1\n", "separates columns by tabs"),
        ("altitude_m,wind_east_kt,wind_north_m_s\n0,1,1\n", 'mean "wind_east_m_s".*allowed: altitude_m'),
        ("altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1\n5e-324,1,1\n", "by at least 0.001 m"),
        (
            "altitude_m,wind_east_m_s,wind_north_m_s\n0,1,1\n1,900,1\n",
            "wind_east_m_s = 900 in line 3 must be from -300 to 300 m/s",
        ),
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
        ("mach,alpha_deg,cd\n0,5,.2\n0,0,.2\n2,0,.3\n2,5,.3\n", "alpha_deg = 5 in line 2 is out of order"),
        ("mach,cd\n0,.2\n0,.3\n", "does not increase"),
        ("mach,cd\n1,.2\n0,.3\n", "mach = 0 in line 3 does not increase"),
        ("mach,cd\n-1,.2\n0,.3\n", "mach = -1 in line 2 must be from 0 to 1000"),
        ("mach,cd\n0,-.2\n1,.3\n", "cd = -0.2 in line 2 must be from 0 to 100"),
        ("mach,ca\n0,.2\n1,.3\n", 'has a column "ca"'),
    ],
)
def test_a_broken_coefficient_table_is_one_sentence(tmp_path, text, expected):
    with pytest.raises(MissionFileError, match=expected):
        read_coefficients(write(tmp_path, text), MissionFileError, "wind")


def test_a_number_of_a_table_is_told_as_the_file_writes_it(tmp_path):
    text = "t_min,pitch_deg,azimuth_deg\n# held\n0,90,0\n1,95,0\n"
    with pytest.raises(
        MissionFileError, match="pitch_deg = 95 in line 4 must be from -90 to 90 deg"
    ) as caught:
        read_attitude_table(write(tmp_path, text), MissionFileError)
    assert (caught.value.key, caught.value.value) == ("pitch_deg", 95.0)


def test_a_pitch_of_90_deg_is_no_rounding_error_beyond_the_bound(tmp_path):
    columns = read_attitude_table(
        write(tmp_path, "t_s,pitch_deg,azimuth_deg\n0,90,0\n1,-90,720\n"), MissionFileError
    )
    assert columns["pitch_rad"] == pytest.approx([math.pi / 2, -math.pi / 2], rel=1e-15)


def test_angles_that_are_nearly_the_same_are_refused(tmp_path):
    text = "mach,alpha_deg,cd\n0,0,.2\n0,1e-9,.2\n2,0,.3\n2,1e-9,.3\n"
    with pytest.raises(MissionFileError, match="alpha_deg = 1e-09 in line 3 does not increase"):
        read_coefficients(write(tmp_path, text), MissionFileError, "wind")


def test_air_that_does_not_thin_at_its_top_is_refused(tmp_path):
    text = "altitude_m,temperature_k,pressure_pa,density_kg_m3\n0,288,1e5,1.2\n1e4,220,3e4,1.3\n"
    with pytest.raises(MissionFileError, match=r"density_kg_m3 = 1\.3 in line 3 does not fall"):
        read_atmosphere_table(write(tmp_path, text), MissionFileError)


def test_air_without_density_is_refused(tmp_path):
    path = write(
        tmp_path, "altitude_m,temperature_k,pressure_pa,density_kg_m3\n0,288,1e5,1.2\n1e4,220,3e4,0\n"
    )
    with pytest.raises(MissionFileError, match="density_kg_m3 = 0 in line 3 must be from 1e-30 to 1000"):
        read_atmosphere_table(path, MissionFileError)
