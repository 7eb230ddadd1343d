"""The journal of a survey: what was written comes back, a torn end is cut off, another question is refused."""

import pytest

from cosmodrome.errors import ExportError
from cosmodrome.survey.grid import read_grid
from cosmodrome.survey.journal import NAME, Journal
from cosmodrome.survey.point import Point
from tests.rockets import write_files


@pytest.fixture
def grid(tmp_path):
    return read_grid(write_files(tmp_path), ["target.altitude_km=200:300:4"])


@pytest.fixture
def points(grid):
    return [
        Point(cell, grid.values(cell), "verified", payload_kg=1000.0 / 3.0, active_limits=("max_q",))
        for cell in grid.cells
    ]


def test_points_come_back_as_they_were(tmp_path, grid, points):
    journal = Journal.begin(tmp_path / "out", "abc")
    for point in points[:3]:
        journal.add(point)
    journal.close()
    again = Journal.resume(tmp_path / "out", "abc", grid)
    assert again.points == {point.cell: point for point in points[:3]}
    again.add(points[3])
    again.close()
    assert len(Journal.resume(tmp_path / "out", "abc", grid).points) == 4


def test_a_later_line_about_a_cell_stands(tmp_path, grid, points):
    journal = Journal.begin(tmp_path / "out", "abc")
    better = Point(points[0].cell, points[0].values, "verified", payload_kg=2000.0)
    journal.add(points[0])
    journal.add(better)
    journal.close()
    assert Journal.resume(tmp_path / "out", "abc", grid).points == {better.cell: better}


@pytest.mark.parametrize("cut", [1, 7, 40])
def test_a_line_that_a_kill_tore_is_forgotten_and_the_next_one_is_whole(tmp_path, grid, points, cut):
    journal = Journal.begin(tmp_path / "out", "abc")
    for point in points[:2]:
        journal.add(point)
    journal.close()
    path = tmp_path / "out" / NAME
    path.write_bytes(path.read_bytes()[:-cut])
    again = Journal.resume(tmp_path / "out", "abc", grid)
    assert list(again.points) == [points[0].cell]
    again.add(points[2])
    again.close()
    assert list(Journal.resume(tmp_path / "out", "abc", grid).points) == [points[0].cell, points[2].cell]


def test_another_question_is_refused(tmp_path, grid):
    Journal.begin(tmp_path / "out", "abc").close()
    with pytest.raises(ExportError, match="has changed since"):
        Journal.resume(tmp_path / "out", "abd", grid)


@pytest.mark.parametrize("text", ["", "{}\n", "no json\n", "[]\n", '{"format": "x"}\n'])
def test_a_damaged_journal_is_refused(tmp_path, grid, text):
    (tmp_path / NAME).write_text(text)
    with pytest.raises(ExportError, match="damaged"):
        Journal.resume(tmp_path, "abc", grid)


def test_a_point_of_another_grid_is_refused(tmp_path, grid, points):
    journal = Journal.begin(tmp_path / "out", "abc")
    journal.add(Point((2,), (123.0,), "verified", payload_kg=1.0))
    journal.close()
    with pytest.raises(ExportError, match="damaged"):
        Journal.resume(tmp_path / "out", "abc", grid)


def test_a_folder_without_a_survey_is_told(tmp_path, grid):
    with pytest.raises(ExportError, match="holds no survey"):
        Journal.resume(tmp_path, "abc", grid)
