"""A grid: every point read by the reader of missions, its neighbours and its lines."""

import math

import pytest

from cosmodrome.errors import CosmodromeError, MissionFileError
from cosmodrome.survey.grid import read_grid
from tests.rockets import MISSION, write_files


def test_the_last_axis_runs_fastest_and_every_point_has_its_own_mission(tmp_path):
    grid = read_grid(write_files(tmp_path), ["target.altitude_km=200,300", "target.inclination_deg=20,30,40"])
    assert [grid.values(cell) for cell in grid.cells[:4]] == [(200, 20), (200, 30), (200, 40), (300, 20)]
    mission, _ = grid.question((1, 2))
    assert mission.target.eccentricity == 0.0
    assert mission.target.inclination_rad == pytest.approx(math.radians(40.0), rel=1e-15)


def test_a_sun_synchronous_inclination_follows_the_altitude(tmp_path):
    path = write_files(tmp_path, MISSION.replace("inclination_deg = 30", 'inclination_deg = "sso"'))
    grid = read_grid(path, ["target.altitude_km=500,800"])
    found = [math.degrees(grid.question(cell)[0].target.inclination_rad) for cell in grid.cells]
    # the usual figures of sun-synchronous orbits, rounded to a tenth in every handbook
    assert found == pytest.approx([97.4, 98.6], abs=0.05)


def test_a_number_of_the_vehicle_changes_the_vehicle_alone(tmp_path):
    grid = read_grid(write_files(tmp_path), ["vehicle.second.dry_mass_kg=2000,2100"])
    (one, light), (other, heavy) = (grid.question(cell) for cell in grid.cells)
    assert one == other
    assert heavy.stage("second").dry_mass_kg - light.stage("second").dry_mass_kg == 100.0


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ("target.inclinaton_deg=20,30", "inclination_deg"),
        ("target.altitude_km=100,200", "120 km"),
        ("target.perigee_altitude_km=200,300", "apogee_altitude_km"),
        ("profile.launch_direction=1,2", "text"),
        ("vehicle.third.dry_mass_kg=1,2", "vehicle"),
    ],
)
def test_a_point_that_the_readers_refuse_is_refused_before_any_flight(tmp_path, vary, words):
    with pytest.raises(CosmodromeError, match=r".") as raised:
        read_grid(write_files(tmp_path), [vary])
    assert words in str(raised.value)


def test_a_mission_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MissionFileError, match="no such file"):
        read_grid(tmp_path / "none.toml", ["target.altitude_km=200,300"])


def test_neighbours_along_the_axes_come_before_the_diagonal_ones(tmp_path):
    grid = read_grid(
        write_files(tmp_path), ["target.altitude_km=200:400:3", "target.inclination_deg=20:40:3"]
    )
    beside = list(grid.neighbours((1, 1)))
    assert set(beside[:4]) == {(0, 1), (2, 1), (1, 0), (1, 2)}
    assert set(beside[4:]) == {(0, 0), (0, 2), (2, 0), (2, 2)}
    assert set(grid.neighbours((0, 0), diagonal=False)) == {(1, 0), (0, 1)}


def test_every_cell_lies_on_one_line_of_each_axis(tmp_path):
    grid = read_grid(
        write_files(tmp_path), ["target.altitude_km=200:400:3", "target.inclination_deg=20:40:4"]
    )
    lines = [line for _, line in grid.lines()]
    assert sorted(map(len, lines)) == [3, 3, 3, 3, 4, 4, 4]
    assert sorted(cell for line in lines for cell in line) == sorted(2 * list(grid.cells))
