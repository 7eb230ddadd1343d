"""What a survey leaves: a record that keeps its schema, a Parquet table with units, a table, a picture, a summary."""

import csv
import io
import json
import math
from importlib import resources
from pathlib import Path

import jsonschema
import matplotlib.image
import numpy as np
import pyarrow.parquet
import pytest

from cosmodrome.errors import ExportError
from cosmodrome.reporting.performance_figure import draw_performance, key_words
from cosmodrome.reporting.performance_folder import choose_performance_folder, write_performance
from cosmodrome.reporting.performance_summary import write_performance_summary
from cosmodrome.survey.axes import read_axes
from cosmodrome.survey.performance import Performance
from cosmodrome.survey.point import INFERRED, Point


def record(*vary):
    """The record of a made-up survey: no payload above 900 km, one flagged point."""
    axes = read_axes(vary)
    shape = tuple(len(axis.values) for axis in axes)
    points = []
    for cell in np.ndindex(shape):
        values = tuple(axis.values[k] for axis, k in zip(axes, cell, strict=True))
        altitude, inclination = (*values, 52.0)[:2]
        payload = 9000.0 - 6.0 * altitude - 20.0 * inclination
        if altitude > 900.0:
            point = Point(
                cell, values, "infeasible", code="insufficient-delta-v", message="short", method=INFERRED
            )
        else:
            flag = "an unexplained jump of 0.7 % to its neighbour" if sum(cell) == 2 else None
            point = Point(
                cell,
                values,
                "verified",
                payload,
                margin_kg=0.0,
                final_mass_kg=payload + 3000.0,
                second_payload_kg=payload,
                starts_agree=True,
                burns=1,
                launch_direction="ascending",
                active_limits=("max_axial_acceleration_g",),
                flag=flag,
            )
        points.append(point)
    found = Performance("Demo", "Rocket", "Pad", "payload", axes, tuple(points), ("a default",))
    manifest = {"version": "0", "inputs_sha256": "0" * 64}
    return found.to_record() | {"manifest": manifest, "timing_s": {"total": 1.0}}


ONE = ("target.altitude_km=200:1000:9",)
CURVES = (*ONE, "target.inclination_deg=52,75,98")
MAP = (*ONE, "target.inclination_deg=52:98:8")
WAYS = pytest.mark.parametrize(
    "vary", [ONE, CURVES, CURVES[::-1], MAP], ids=["one", "curves", "turned", "map"]
)


@pytest.fixture
def folder(tmp_path):
    write_performance(tmp_path / "out", record(*MAP), b"format = 1\n")
    return tmp_path / "out"


def test_the_folder_holds_everything_and_nothing_half_written(folder):
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert found == [
        "figures/performance.png",
        "mission.toml",
        "performance.json",
        "performance.parquet",
        "table.csv",
    ]


def test_the_record_keeps_its_schema(folder):
    text = (
        resources.files("cosmodrome")
        .joinpath("schemas", "performance.schema.json")
        .read_text(encoding="utf-8")
    )
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    jsonschema.validate(json.loads((folder / "performance.json").read_text()), json.loads(text))


def test_the_parquet_table_has_a_row_for_each_point_and_a_unit_for_each_column(folder):
    table = pyarrow.parquet.read_table(folder / "performance.parquet")
    assert table.num_rows == 9 * 8
    units = {field.name: field.metadata[b"unit"].decode() for field in table.schema}
    assert (units["target.altitude_km"], units["payload_kg"], units["velocity_gap_m_s"]) == (
        "km",
        "kg",
        "m/s",
    )
    rows = table.to_pylist()
    assert rows[-1]["payload_kg"] is None
    assert rows[0]["payload_kg"] == 9000.0 - 6.0 * 200.0 - 20.0 * 52.0
    assert rows[0]["active_limits"] == ["max_axial_acceleration_g"]


def test_the_table_reads_down_and_across(folder):
    rows = list(csv.reader((folder / "table.csv").open(encoding="utf-8")))
    assert [float(x) for x in rows[0][1:]] == pytest.approx(np.linspace(52.0, 98.0, 8))
    assert [float(row[0]) for row in rows[1:]] == pytest.approx(np.linspace(200.0, 1000.0, 9))
    assert float(rows[2][1]) == 9000.0 - 6.0 * 300.0 - 20.0 * 52.0
    assert rows[-1][1:] == [""] * 8


@WAYS
def test_every_kind_of_survey_is_a_picture_with_something_on_it(tmp_path, vary):
    path = tmp_path / "performance.png"
    if vary == CURVES[::-1]:
        kept = record(*CURVES)
        kept["axes"] = kept["axes"][::-1]
        kept["points"] = [kept["points"][3 * i + j] for j in range(3) for i in range(9)]
        for point in kept["points"]:
            point["values"], point["cell"] = point["values"][::-1], point["cell"][::-1]
    else:
        kept = record(*vary)
    draw_performance(kept, path)
    pixels = matplotlib.image.imread(path)
    # white paper with ink; a map covers most of the sheet, curves little of it
    inked = np.mean(pixels[..., :3].min(axis=2) < 0.9)
    assert 0.01 < inked < 0.8


def test_a_survey_without_any_payload_is_drawn_too(tmp_path):
    draw_performance(record("target.altitude_km=950:1000:8", MAP[1]), tmp_path / "map.png")
    draw_performance(record("target.altitude_km=950:1000:8"), tmp_path / "curve.png")
    assert (tmp_path / "map.png").stat().st_size > 5000


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("target.altitude_km=1,2", "Altitude, km"),
        ("limits.max_axial_acceleration_g=1,2", "Max axial acceleration (limits), g"),
        ("limits.max_dynamic_pressure_kpa=1,2", "Max dynamic pressure (limits), kPa"),
        ("vehicle.block-i.dry_mass_kg=1,2", "Block-i dry mass, kg"),
        ("target.c3_km2_s2=1,2", "C3, km2/s2"),
        ("target.eccentricity=0.1,0.2", "Eccentricity"),
    ],
)
def test_an_axis_says_what_it_is_and_its_unit(key, words):
    (axis,) = read_axes([key])
    assert key_words({"key": axis.key, "unit": axis.unit}) == words


@pytest.mark.parametrize("vary", [ONE, CURVES, MAP], ids=["one", "curves", "map"])
def test_the_summary_marks_flags_tells_what_was_inferred_and_names_the_folder_last(vary):
    stream = io.StringIO()
    write_performance_summary(record(*vary), Path("some/where"), stream)
    lines = stream.getvalue().rstrip().splitlines()
    assert lines[-1] == "Folder: some/where"
    text = stream.getvalue()
    assert "*" in text and "unexplained jump" in text
    assert "inferred" in text
    assert max(map(len, lines)) <= 110
    # 6 760 kg to 200 km and 52 deg, by the made-up formula
    assert "6\u202f760" in text


def test_a_wide_table_shows_both_its_ends():
    stream = io.StringIO()
    write_performance_summary(record(ONE[0], "target.inclination_deg=50:99:50"), Path("x"), stream)
    head = stream.getvalue().splitlines()[1].split()
    assert (head[0], head[-1]) == ("50", "99")
    assert len(head) < 12


def test_a_number_that_is_none_is_refused_before_anything_is_written(tmp_path):
    broken = record(*ONE)
    broken["points"][3]["payload_kg"] = math.nan
    with pytest.raises(ExportError, match=r"points\[3\]"):
        write_performance(tmp_path / "out", broken, b"")
    assert not (tmp_path / "out").exists()


def test_a_new_survey_takes_a_new_folder_and_one_that_goes_on_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mission = Path("leo.toml")
    assert choose_performance_folder(mission, None, is_resumed=False) == Path("leo-performance")
    (tmp_path / "leo-performance").mkdir()
    assert choose_performance_folder(mission, None, is_resumed=False) == Path("leo-performance-2")
    assert choose_performance_folder(mission, None, is_resumed=True) == Path("leo-performance")
    (tmp_path / "leo-performance" / "x").write_text("")
    with pytest.raises(ExportError, match="not empty"):
        choose_performance_folder(mission, Path("leo-performance"), is_resumed=False)
    assert choose_performance_folder(mission, Path("leo-performance"), is_resumed=True) == Path(
        "leo-performance"
    )
