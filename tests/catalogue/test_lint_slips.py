"""How many slips of a unit `check` sees: every number of the examples, multiplied by every factor.

The trials are those that write docs/lints.md, which has the survivors and how hard dividing is.
"""

import pytest
from tools.write_lints import (
    BEGIN,
    CATALOGUE,
    END,
    FACTORS,
    MISSIONS,
    OWN_VEHICLES,
    PAGE,
    mission_trials,
    page,
    seen_share,
    survivors,
    toml_text,
    vehicle_trials,
)

WANTED = 0.95


@pytest.fixture(scope="module")
def examples():
    return [
        *(trial for path in MISSIONS for trial in mission_trials(path)),
        *(trial for path in OWN_VEHICLES for trial in vehicle_trials(path)),
    ]


def test_at_least_95_percent_of_the_slips_in_the_examples_are_refused_or_warned_about(examples):
    assert len(examples) > 800
    assert {trial.factor for trial in examples} == set(FACTORS)
    assert seen_share(examples) >= WANTED


def test_the_numbers_that_are_no_target_reach_it_too(examples):
    assert seen_share([trial for trial in examples if not trial.is_target]) >= WANTED


def test_every_survivor_is_listed_on_the_page(examples):
    text = PAGE.read_text(encoding="utf-8")
    for (file, key), factors in survivors(examples).items():
        assert f"| {file} | `{key}` | {', '.join(f'{factor:g}' for factor in factors)} |" in text


def test_an_answer_is_about_the_number_that_was_changed(examples):
    # one of each kind, by hand: a refusal, a band, a flown mission
    said = {(t.file, t.key, t.factor): t.answer for t in examples}
    assert "at least 120" in said["vostochny-leo.toml", "target.perigee_altitude_km", 0.3048]
    assert "limit on dynamic pressure" in said["vostochny-leo.toml", "limits.max_dynamic_pressure_pa", 10.0]
    assert "payload 1\u202f009 kg" in said["V10.toml", "objective.payload_kg", 0.4536]


def test_a_file_written_again_for_a_trial_says_the_same():
    import tomllib

    for path in (*MISSIONS, *OWN_VEHICLES, *CATALOGUE):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        assert tomllib.loads(toml_text(data)) == data


@pytest.mark.slow
@pytest.mark.parametrize("path", CATALOGUE, ids=lambda p: p.stem)
def test_slips_in_copies_of_the_catalogue_are_seen(path):
    assert seen_share(vehicle_trials(path)) >= WANTED


@pytest.mark.slow
def test_the_page_is_what_the_tool_writes():
    text = PAGE.read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0].strip() == page().strip()
