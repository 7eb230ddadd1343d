"""What `check` prints of missions with dates, nodes, escapes and several burns."""

import json

import pytest

from cosmodrome.cli import main

HEAD = (
    'format = "cosmodrome-mission/1"\nname = "m"\nvehicle = "soyuz-2.1b/fregat-m"\nsite = "baikonur-31-6"\n'
)
DATE = "launch_date_utc = 2027-04-15\n"
ESCAPE = "[target]\nc3_km2_s2 = 10\ndeclination_deg = -20\n"
CIRCLE = "[target]\nperigee_altitude_km = 500\napogee_altitude_km = 500\ninclination_deg = 97.4\n"


@pytest.fixture
def printed(tmp_path, capsys):
    def check(text, *options):
        path = tmp_path / "m.toml"
        path.write_text(HEAD + text)
        assert main(["check", str(path), *options]) == 0
        return " ".join(capsys.readouterr().out.replace("\u202f", " ").split())

    return check


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ESCAPE, "to C3 10.000 km²/s² toward declination -20.00°, at any inclination"),
        (
            DATE + ESCAPE + "ra_of_asymptote_deg = 40\nperigee_altitude_km = 200\ninclination_deg = 50\n",
            "toward declination -20.00°, right ascension 40.00°, at 50.00°, perigee 200.0 km",
        ),
        (DATE + CIRCLE + "ltan_h = 10.5\n", "at 97.40°, node at 10.50 h local mean solar time"),
        (DATE + CIRCLE + "ra_of_asc_node_deg = 30\n", "at 97.40°, node at 30.00°"),
        (
            CIRCLE.replace("apogee_altitude_km = 500", "apogee_altitude_km = 35786")
            + "arg_of_pericenter_deg = 180",
            "to 500.0 × 35 786 km at 97.40°, pericenter at 180.00°",
        ),
        (DATE + CIRCLE, "Lift-off on 2027-04-15, burns of Upper stage Fregat-M: 1 or 2"),
        ("epoch_utc = 2027-04-15T05:00:00+03:00\n" + CIRCLE, "Lift-off at 2027-04-15 02:00:00 UTC"),
        (CIRCLE + "[profile]\nupper_stage_burns = 3\n", "burns of Upper stage Fregat-M: 3"),
    ],
)
def test_a_target_is_put_in_words(printed, text, said):
    assert said in printed(text)


def test_the_record_names_what_is_asked_for_and_null_what_is_free(printed):
    record = json.loads(printed(DATE + ESCAPE, "--json"))
    assert record["target"]["c3_m2_s2"] == pytest.approx(10e6)
    assert record["target"]["declination_deg"] == pytest.approx(-20.0)
    free = ("apogee_altitude_m", "inclination_deg", "ltan_h", "ra_of_asymptote_deg")
    assert [record["target"][key] for key in free] == [None] * 4
    assert (record["liftoff"], record["last_stage_burns"]) == ("2027-04-15", [2, 1])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CIRCLE.replace("[target]", 'fairing = "none"\n[target]'), "fairing"),
        (CIRCLE + "[profile]\nupper_stage_burns = 99\n", "profile.upper_stage_burns = 99"),
        (CIRCLE + "ltan_h = 10.5\n", "target.ltan_h = 10.5 needs a date"),
        (CIRCLE + "ra_of_asc_node_deg = 30\n", "target.ra_of_asc_node_deg = 30 needs a date"),
        (ESCAPE + "apogee_altitude_km = 500\n", "target.apogee_altitude_km = 500 belongs to a closed orbit"),
        (ESCAPE + "ra_of_asymptote_deg = 40\n", "target.ra_of_asymptote_deg = 40 needs a date"),
        (ESCAPE + "inclination_deg = 10\n", "target.inclination_deg = 10 cannot reach an asymptote"),
    ],
)
def test_what_cannot_be_meant_is_exit_2_with_one_sentence(tmp_path, capsys, text, words):
    path = tmp_path / "m.toml"
    path.write_text(HEAD + text)
    assert main(["check", str(path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert words in output.err


def test_a_combination_that_never_flew_is_refused_with_those_that_did(tmp_path, capsys):
    path = tmp_path / "m.toml"
    path.write_text(HEAD.replace("soyuz-2.1b/fregat-m", "soyuz-2.1v/fregat-mt") + CIRCLE)
    assert main(["check", str(path)]) == 2
    sentence = capsys.readouterr().err
    assert len(sentence.splitlines()) == 1
    assert "is no combination that exists; allowed: soyuz-2.1v, soyuz-2.1v/volga" in sentence


def test_a_warning_leaves_the_exit_code_and_stands_under_its_title_and_in_the_record(printed):
    loose = CIRCLE + "[limits]\nmax_dynamic_pressure_pa = 40e3\n"
    text = printed(loose)
    assert "m.toml: nothing wrong found, 2 warnings" in text
    assert "without max_q_alpha_pa_rad" in text.partition(" Warnings ")[2].partition(" Notes ")[0]
    record = json.loads(printed(loose, "--json"))
    assert "outside the flown envelope" in " ".join(record["warnings"])
    assert len(record["warnings"]) == 2


def test_a_file_that_is_as_usual_prints_no_title_of_warnings(tmp_path, capsys):
    path = tmp_path / "m.toml"
    as_flown = CIRCLE.replace("500", "820").replace("97.4", "98.7")
    path.write_text(HEAD.replace("baikonur-31-6", "vostochny-1s") + as_flown)
    assert main(["check", str(path)]) == 0
    text = capsys.readouterr().out
    assert "nothing wrong found\n" in text
    assert "Warnings" not in text


def test_the_budget_has_the_thrust_to_weight_of_each_stage_and_what_the_target_takes(printed):
    record = json.loads(printed(CIRCLE, "--json"))
    by_id = {stage["id"]: stage["thrust_to_weight"] for stage in record["stages"]}
    # 19.85 kN over 970 + 5 675 kg of Fregat-M and 100 kg of adapter
    assert by_id["fregat"] == pytest.approx(19850.0 / (9.80665 * 6745.0), rel=1e-9)
    assert f"the target takes about {round(record['needed_delta_v_m_s'], -2):,.0f}".replace(
        ",", " "
    ) in printed(CIRCLE)


def test_a_vehicle_file_that_never_flies_alone_is_checked_as_all_that_it_flies_as(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text(
        'format = "cosmodrome-vehicle/1"\nname = "Mine"\nbased_on = "soyuz-st-b"\n[configurations.fregat]\n'
        "guidance_reserve_kg = 387\n[configurations.fregat-mt]\nguidance_reserve_kg = 42.3\n"
    )
    assert main(["check", str(path), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["vehicle"] == "Mine / Fregat"
    assert "checked as well: Mine / Fregat-MT" in record["notes"]
    assert any("a zero too many or too few" in sentence for sentence in record["warnings"])
