"""The verb `validate`: what needs no plan passes, what is not installed is not run, what breaks fails."""

import json
import os
from dataclasses import dataclass
from importlib.resources import files

import jsonschema
import pytest

from cosmodrome.cli import main
from cosmodrome.commands import validating
from cosmodrome.validation import validate as room
from cosmodrome.validation.measures import MEASURES, Measure, Task
from cosmodrome.validation.truths import Row, Truth, read_truths
from cosmodrome.validation.validate import validate

TRUTH = Truth("made.up", "made up", "m", 0.0, 1.0, "nobody", "")
QUICK = (
    "us76",
    "samples",
    "frames",
    "gravity",
    "nesc-01",
    "nesc-17",
    "impact",
    "order",
    "conserved",
    "moments",
)


@dataclass(frozen=True)
class Breaking(Task):
    """A task that raises."""

    def run(self):
        raise ArithmeticError("nothing converged")


@dataclass(frozen=True)
class Dying(Task):
    """A task that takes its process with it."""

    def run(self):
        os._exit(3)


def given(monkeypatch, kind):
    monkeypatch.setattr(room, "tasks", lambda truths: [kind(tuple(truths), Measure("samples"))])


@pytest.fixture(scope="module")
def rows():
    """The rows that need neither a plan nor another program, two workers at work."""
    return validate(lambda _: None, truths=[truth for truth in read_truths() if truth.group in QUICK])


def test_what_needs_no_plan_and_no_other_program_passes(rows):
    assert {row.truth.group for row in rows} == set(QUICK)
    assert [row.truth.id for row in rows if row.verdict != "pass" and not row.is_known_miss] == []


def test_one_worker_finds_the_same(rows):
    alone = validate(lambda _: None, workers=1, truths=[row.truth for row in rows])
    assert [row.ours for row in alone] == [row.ours for row in rows]


def test_a_missing_library_is_named_with_its_extra_and_nothing_passes(monkeypatch):
    monkeypatch.setitem(MEASURES, "coast", Measure("coasts", needs=("no_such_library",), extra="oracles"))
    rows = validate(lambda _: None, truths=[truth for truth in read_truths() if truth.group == "coast"])
    assert {row.verdict for row in rows} == {"not-run"}
    assert all("no_such_library: install the extra `oracles`" in row.lacks for row in rows)
    assert validating.exit_code(rows) == 0


def test_a_measurement_that_breaks_fails_with_its_reason(monkeypatch):
    given(monkeypatch, Breaking)
    (row,) = validate(lambda _: None, truths=[TRUTH])
    assert (row.verdict, row.ours) == ("fail", None)
    assert row.broke == "ArithmeticError: nothing converged"


def test_a_worker_that_dies_is_told_at_once(monkeypatch):
    given(monkeypatch, Dying)
    with pytest.raises(RuntimeError, match=r"ended without a word at made"):
        validate(lambda _: None, truths=[TRUTH])


@pytest.mark.parametrize(
    ("cause", "ours", "code"), [("", 0.5, 0), ("", 2.0, 1), ("known", 2.0, 1), ("known", None, 1)]
)
def test_the_exit_code_is_one_where_a_row_fails_a_known_miss_too(cause, ours, code):
    truth = Truth("made.up", "made up", "m", 0.0, 1.0, "nobody", cause)
    assert validating.exit_code([Row(truth, ours)]) == code


def fake(monkeypatch, rows):
    monkeypatch.setattr(room, "validate", lambda progress, workers: rows)


def test_json_is_one_object_of_the_schema_and_what_was_not_run_is_told_on_stderr(monkeypatch, capsys):
    fake(monkeypatch, [Row(TRUTH, 0.5), Row(TRUTH, None, lacks="needs heyoka")])
    assert main(["validate", "--json"]) == 0
    out, err = capsys.readouterr()
    schema = json.loads((files("cosmodrome") / "schemas" / "validation.schema.json").read_text("utf-8"))
    found = json.loads(out)
    jsonschema.Draft202012Validator(schema).validate(found)
    assert [row["verdict"] for row in found["rows"]] == ["pass", "not-run"]
    assert "Not run: made.up: needs heyoka" in err


def test_the_table_shows_every_row_the_causes_and_the_count(monkeypatch, capsys):
    miss = Row(Truth("V99.a", "a", "m", 5.0, 1.0, "a manual", "flown otherwise"), 9.0)
    fake(monkeypatch, [Row(TRUTH, 0.25), miss, Row(TRUTH, None, lacks="needs heyoka")])
    assert main(["validate"]) == 1
    out = capsys.readouterr().out
    for words in ("made.up", "0.25", "a manual", "V99.a: flown otherwise", "made.up: needs heyoka"):
        assert words in out
    assert "1 of 3 pass, 1 fail (1 of them known misses with their cause), 1 not run" in out


@pytest.mark.oracle
@pytest.mark.parametrize("group", ["coast", "formats"])
def test_other_programs_agree(group):
    rows = validate(lambda _: None, truths=[truth for truth in read_truths() if truth.group == group])
    assert [
        (row.truth.id, row.verdict) for row in rows if row.verdict != "pass" and not row.is_known_miss
    ] == []
