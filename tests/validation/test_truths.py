"""The truths as data, and what becomes of a number beside one."""

import math

import pytest

from cosmodrome.validation.measures import MEASURES, PLANS, tasks
from cosmodrome.validation.missions import mission_file
from cosmodrome.validation.truths import Row, Truth, read_truths

TRUTHS = read_truths()
KNOWN = Truth("V99.payload", "payload", "kg", 100.0, 5.0, "somebody", "flown otherwise")
PLAIN = Truth("V99.mass", "mass", "kg", 100.0, 5.0, "somebody", "")


def test_every_truth_has_a_source_a_name_and_an_id_of_its_own():
    assert len({truth.id for truth in TRUTHS}) == len(TRUTHS)
    assert all(truth.source and truth.name and "." in truth.id for truth in TRUTHS)
    assert all(truth.tolerance >= 0.0 and math.isfinite(truth.reference) for truth in TRUTHS)


def test_every_group_is_a_mission_file_or_has_a_measure():
    for truth in TRUTHS:
        is_mission = mission_file(truth.group).is_file()
        assert is_mission == bool(truth.quantity)
        assert is_mission or truth.group in MEASURES or truth.group == PLANS
    assert set(MEASURES) <= {truth.group for truth in TRUTHS}


def test_the_ids_of_the_contract_are_there():
    assert {"delta-iii.final_mass", "V07.payload"} <= {truth.id for truth in TRUTHS}


def test_one_question_under_two_names_is_planned_once():
    asked = [truth for truth in TRUTHS if truth.group in ("V07", "V21", "V19")]
    assert sorted(task.names for task in tasks(asked)) == ["V07, V21", "V19"]


@pytest.mark.parametrize(
    ("ours", "verdict"), [(95.0, "pass"), (105.0, "pass"), (105.001, "fail"), (0.0, "fail")]
)
def test_a_row_passes_up_to_its_tolerance(ours, verdict):
    assert Row(PLAIN, ours).verdict == verdict


def test_what_was_not_run_never_passes():
    assert Row(PLAIN, None, lacks="needs something").verdict == "not-run"
    assert Row(PLAIN, 100.0, lacks="needs something").verdict == "not-run"


def test_what_is_no_number_fails_and_is_no_known_miss():
    row = Row(KNOWN, None)
    assert (row.verdict, row.difference, row.is_known_miss) == ("fail", None, False)


def test_a_known_miss_is_one_only_where_its_cause_is_published():
    assert Row(KNOWN, 120.0).is_known_miss
    assert not Row(KNOWN, 101.0).is_known_miss
    assert not Row(PLAIN, 120.0).is_known_miss
