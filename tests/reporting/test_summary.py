"""The terminal summary: what a person must find in it, with and without a terminal."""

import io
from pathlib import Path

import pytest

from cosmodrome.reporting.summary import write_summary
from tests.reporting import synthetic
from tests.reporting.synthetic import infeasible_result

FOLDER = Path("vostochny-leo-run")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def summary(result, stream=None, folder=FOLDER):
    stream = stream or io.StringIO()
    write_summary(result, folder, stream)
    return stream.getvalue().replace("\u202f", " ")


def test_the_first_line_is_the_verdict_and_the_last_names_the_folder(result):
    lines = summary(result).strip().splitlines()
    assert lines[0].startswith("VERIFIED  8 213.4 kg of payload to 200.0 × 240.0 km at 51.700°")
    assert lines[-1] == "Run folder: vostochny-leo-run"


def test_the_folder_is_named_on_one_line_however_long_it_is(result):
    folder = Path("/a" * 90) / "[not markup]" / "run"
    assert summary(result, folder=folder).strip().splitlines()[-1] == f"Run folder: {folder}"


def test_every_event_limit_and_drop_point_is_told(result):
    text = summary(result)
    for event in result["events"]:
        assert event["name"] in text
    for words in ("≤ 60 kPa", "active", "0.0031 kg per Pa·rad", "≥ 120 km", "strap-ons", "1 562.0"):
        assert words in text
    assert text.count(" active ") == 2


def test_the_only_burn_of_a_stage_is_told_once(result):
    place, ignition = next((i, e) for i, e in enumerate(result["events"]) if e["code"] == "STAGE_3_IGNITION")
    burn = {**ignition, "code": "BURN_1_START", "name": "Block I burn 1 start"}
    result["events"].insert(place + 1, burn)
    assert ignition["name"] in summary(result)
    assert burn["name"] not in summary(result)
    burn["t_s"] += 60.0
    assert burn["name"] in summary(result)


def test_one_refinement_is_not_several(result):
    for count, words in ((1, "1 refinement\n"), (2, "2 refinements\n")):
        result["verification"]["refinements"] = count
        assert words in summary(result)


def test_the_budget_ends_at_the_inertial_speed(result):
    budget = result["delta_v_m_s"]
    losses = sum(budget[key] for key in budget if key.endswith("loss"))
    assert f"= {budget['gain'] + budget['ideal'] - losses:,.1f}".replace(",", " ") in summary(result)


def far(result):
    """The made-up ascent, its last stage lit once more after three hours."""
    result["burns"].append(
        {
            "stage": "block-i",
            "t_start_s": 11_400.0,
            "duration_s": 95.2,
            "propellant_kg": 7959.0,
            "delta_v_m_s": 1461.2,
        }
    )
    last = {
        **result["events"][-2],
        "code": "STAGE_3_CUTOFF",
        "name": "Block I cuts off again",
        "t_s": 11_495.2,
    }
    result["events"].append(last)
    result["insertion"]["t_s"] = 11_495.2
    return result


def test_several_burns_of_the_last_stage_are_told_with_the_coast_between_them(result):
    assert "Burns of the last stage" not in summary(result)
    text = summary(far(result))
    told = text.split("Burns of the last stage")[1].split("Limits")[0]
    first, coast, second = (" ".join(line.split()) for line in told.strip().splitlines()[2:5])
    assert first == "burn 1 286.1 s 4 min 32 s 22 730.0 4 180.0"
    # 11 400 - 558 s
    assert coast == "coast 558.0 s 3 h 1 min"
    assert second == "burn 2 3:10:00 1 min 35 s 7 959.0 1 461.2"


def test_times_beyond_an_hour_are_told_as_a_clock_does(result):
    text = summary(far(result))
    assert "insertion at T+3:11:35" in text
    assert "s, h:mm:ss" in text
    assert any(
        line.startswith(" Block I cuts off again") and " 3:11:35 " in line for line in text.splitlines()
    )


def test_the_local_time_of_the_node_stands_beside_the_lift_off_time(result):
    assert "local mean solar time" not in summary(result)
    stream = io.StringIO()
    write_summary(result, FOLDER, stream, ltan_h=10.505)
    assert (
        "lift-off at 2027-04-15 02:00:00 UTC, ascending node at 10:30:18 local mean solar time"
        in stream.getvalue()
    )


def test_a_broken_limit_is_called_broken(result):
    result["limits"][2]["peak"] = 4.4
    line = next(
        line for line in summary(result).splitlines() if line.strip().startswith("axial acceleration")
    )
    assert "broken" in line


def test_a_second_start_that_disagrees_stands_out(result):
    result["verification"].update(starts_agree=False, second_payload_kg=8190.0)
    assert "a second start does NOT agree: 8 190.0 kg" in summary(result)


def test_an_infeasible_run_tells_the_diagnosis_and_the_nearest_question():
    text = summary(infeasible_result())
    assert text.startswith("INFEASIBLE\n")
    assert "short by 227 m/s; the payload must drop by 410 kg." in text
    assert "objective.payload_kg = 7 800 kg" in text
    assert "Timeline" not in text


def test_without_a_terminal_there_are_no_control_characters(result):
    assert "\x1b" not in summary(result)


def test_on_a_terminal_the_verdict_is_coloured(result, monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in summary(result, Terminal())


@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_the_terminal(result, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert max(len(line) for line in summary(result, Terminal()).splitlines()) <= columns


def test_long_lists_are_cut_and_say_how_much_is_left(result):
    result["assumptions"] = [f"assumption {n}" for n in range(20)]
    text = summary(result)
    assert "assumption 7" in text
    assert "assumption 8" not in text
    assert "… and 12 more in result.json" in text


def leaves(value, path=()):
    """The path to every number or text of a result but those that name things."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in (
                "format",
                "status",
                "code",
                "subject",
                "name",
                "body",
                "of",
                "per",
                "message",
                "stage",
                "id",
            ):
                yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value[:1]):
            yield from leaves(item, (*path, index))
    else:
        yield path


def test_any_one_number_that_does_not_apply_leaves_a_summary(result):
    result["diagnosis"] = infeasible_result()["diagnosis"]
    paths = [path for path in leaves(result) if path[0] not in ("assumptions", "manifest", "timing_s")]
    assert len(paths) >= 60
    for *way, last in paths:
        holder = result
        for key in way:
            holder = holder[key]
        kept, holder[last] = holder[last], None
        assert summary(result).endswith("Run folder: vostochny-leo-run\n"), (way, last)
        holder[last] = kept


def test_exchange_ratios_are_told_in_what_was_made_largest():
    stream = io.StringIO()
    write_summary(synthetic.result(), FOLDER, stream, maximize="final_mass")
    assert "What final mass costs" in stream.getvalue()
    assert "changes the final mass by" in stream.getvalue()
