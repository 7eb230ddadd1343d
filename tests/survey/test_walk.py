"""The walk over a grid with a planner that answers at once: order, sharing, mending, inferring, going on."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.survey import performance as module
from cosmodrome.survey.grid import read_grid
from cosmodrome.survey.performance import survey
from cosmodrome.survey.point import CONTINUED, INFERRED, SEARCHED, Point
from cosmodrome.survey.worker import team
from tests.rockets import write_files


class Pretenders:
    """Workers that answer with a made-up payload; `log` is what they were asked."""

    def __init__(self, size, answer):
        self.size, self.answer = size, answer
        self.log, self.waiting = [], []
        self.held = [set() for _ in range(size)]

    def give(self, worker, task):
        assert set(task.near) <= self.held[worker], "a plan that is elsewhere"
        self.log.append(task)
        self.waiting.append((worker, task))

    def take(self):
        worker, task = self.waiting.pop(0)
        point = self.answer(task)
        if point.is_flown:
            self.held[worker].add(task.cell)
        return [(worker, point)]


@pytest.fixture
def grid(tmp_path):
    path = write_files(tmp_path)
    return read_grid(path, ["target.altitude_km=200:1300:12", "target.inclination_deg=10:65:12"])


@pytest.fixture
def surveyed(grid, monkeypatch):
    """Survey the grid with pretenders of some payload function; the performance and the pretenders."""

    def run(payload, workers=2, answer=None, **options):
        def honest(task):
            kg = payload(*task.cell)
            method = CONTINUED if task.near else SEARCHED
            code = None if kg > 0.0 else "insufficient-delta-v"
            status = "verified" if kg > 0.0 else "infeasible"
            return Point(
                task.cell, grid.values(task.cell), status, kg if kg > 0.0 else None, code=code, method=method
            )

        crew = Pretenders(workers, (lambda task: answer(task, honest)) if answer else honest)
        monkeypatch.setattr(module, "team", lambda *_: contextlib.nullcontext(crew))
        return survey(grid, workers=workers, **options), crew

    return run


def smooth(i, j):
    return 9000.0 - 150.0 * i - 100.0 * j - 5.0 * i * j


def test_every_cell_is_solved_once_and_in_its_place(surveyed, grid):
    found, crew = surveyed(smooth)
    assert sorted(task.cell for task in crew.log) == sorted(grid.cells)
    assert found.payload_kg == pytest.approx(np.fromfunction(smooth, (12, 12)))
    assert found.is_sound


def test_most_cells_continue_from_one_neighbour_and_are_confirmed_from_another(surveyed, grid):
    _, crew = surveyed(smooth)
    continued = [task for task in crew.log if task.near]
    assert len(crew.log) - len(continued) <= 12  # anchors: three by three, and a start for each worker
    assert sum(len(task.near) > 1 for task in continued) > 0.9 * len(continued)
    for task in continued:
        assert set(task.near) <= set(grid.neighbours(task.cell))


def test_the_corners_are_searched_from_nothing(surveyed):
    _, crew = surveyed(smooth)
    searched = {task.cell for task in crew.log if not task.near}
    assert {(0, 0), (0, 11), (11, 0), (11, 11)} <= searched


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_number_of_workers_does_not_change_what_is_found(surveyed, workers):
    found, _ = surveyed(lambda i, j: 4000.0 - 400.0 * i - 90.0 * j, workers=workers)
    expected = np.fromfunction(lambda i, j: 4000.0 - 400.0 * i - 90.0 * j, (12, 12))
    assert np.array_equal(np.isnan(found.payload_kg), expected <= 0.0)


def test_what_lies_far_beyond_the_last_payload_is_inferred_and_says_so(surveyed):
    found, crew = surveyed(lambda i, j: 4000.0 - 400.0 * i - 90.0 * j)
    silent = [p for p in found.points if not p.is_flown]
    inferred = [p for p in silent if p.method == INFERRED]
    assert len(inferred) > 0.5 * len(silent)
    assert {p.cell for p in inferred}.isdisjoint(task.cell for task in crew.log)
    assert all(p.status == "infeasible" and "not solved" in p.message for p in inferred)
    assert found.is_sound


def test_a_grid_without_any_payload_costs_only_its_anchors_and_is_no_answer(surveyed):
    found, crew = surveyed(lambda i, j: -1.0)
    assert len(crew.log) == 9
    assert np.isnan(found.payload_kg).all()
    assert not found.is_sound


def test_points_on_a_poorer_optimum_are_mended_from_their_neighbours(surveyed):
    def answer(task, honest):
        point = honest(task)
        # the first search in this corner ends on a poorer optimum, and so does whoever continues from it
        is_astray = task.cell in ((0, 0), (0, 1)) and set(task.near) <= {(0, 0), (0, 1)}
        return replace(point, payload_kg=0.97 * point.payload_kg) if is_astray else point

    found, _ = surveyed(smooth, answer=answer)
    assert found.payload_kg == pytest.approx(np.fromfunction(smooth, (12, 12)))
    assert all(point.flag is None for point in found.points)


def test_a_jump_that_stays_is_flagged_and_the_survey_is_not_sound(surveyed):
    found, _ = surveyed(lambda i, j: smooth(i, j) - (400.0 if j > 5 else 0.0))
    flagged = {point.cell for point in found.points if point.flag is not None}
    assert flagged == {(i, 6) for i in range(12)}
    assert not found.is_sound


def test_an_unverified_point_is_tried_from_every_neighbour_and_from_nothing(surveyed):
    def answer(task, honest):
        point = honest(task)
        return replace(point, status="unverified", message="gap") if task.cell == (5, 5) else point

    found, crew = surveyed(smooth, answer=answer)
    tried = [task.near for task in crew.log if task.cell == (5, 5)]
    assert sum(not near for near in tried) == 1
    assert {near[0] for near in tried if near} == {(4, 5), (6, 5), (5, 4), (5, 6)}
    (point,) = (point for point in found.points if point.cell == (5, 5))
    assert (point.flag, point.starts) == ("gap", len(tried))
    assert np.isnan(found.payload_kg[5, 5])
    assert not found.is_sound


def test_known_points_are_not_solved_again(surveyed, grid):
    whole, _ = surveyed(smooth)
    known = {point.cell: point for point in whole.points if point.cell[0] < 7}
    kept = []
    found, crew = surveyed(smooth, known=known, keep=kept.append)
    assert {task.cell for task in crew.log} == set(grid.cells) - set(known)
    assert {point.cell for point in kept} == set(grid.cells) - set(known)
    assert np.array_equal(found.payload_kg, whole.payload_kg)


def test_a_finished_survey_needs_nobody(surveyed):
    whole, _ = surveyed(smooth)
    found, crew = surveyed(smooth, known={point.cell: point for point in whole.points})
    assert crew.log == []
    assert np.array_equal(found.payload_kg, whole.payload_kg)


def test_a_point_without_a_flight_costs_the_whole_search_only_twice(surveyed):
    def answer(task, honest):
        lost = replace(honest(task), status="not-converged", payload_kg=None, code="not-converged")
        return lost if task.cell == (5, 5) else honest(task)

    found, crew = surveyed(smooth, answer=answer)
    assert sum(task.cell == (5, 5) for task in crew.log) == 2
    assert not found.is_sound


def test_what_was_tried_in_vain_is_not_tried_again_when_it_is_gone_on_with(surveyed):
    def answer(task, honest):
        point = honest(task)
        return replace(point, status="unverified", message="gap") if task.cell == (5, 5) else point

    kept = {}
    surveyed(smooth, answer=answer, keep=lambda point: kept.update({point.cell: point}))
    found, crew = surveyed(smooth, answer=answer, known=kept)
    assert sum(task.cell == (5, 5) for task in crew.log) <= 1
    assert not found.is_sound


def test_a_worker_that_dies_is_told_at_once(grid):
    with team(grid, 2, lambda _: None) as crew:
        crew.processes[1].kill()
        with pytest.raises(RuntimeError, match="worker 2 of the survey ended without a word"):
            crew.take()
