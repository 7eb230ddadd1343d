"""What `new` writes: a file that checks and runs, with the vehicle's and the site's own numbers beside it."""

import pytest

from cosmodrome.cli import main
from cosmodrome.mission.read import read_mission

FORMS = {
    "circle": ("soyuz-2.1a", "baikonur-31-6", "200x240 km 51.6 deg"),
    "sso": ("soyuz-2.1b/fregat-m", "vostochny-1s", "sso 820 km"),
    "escape": ("soyuz-2.1b/fregat-m", "vostochny-1s", "escape 10 km2/s2"),
}


@pytest.fixture
def written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(vehicle, site, orbit, expected=0):
        path = tmp_path / "mine.toml"
        assert main(["new", "mine.toml", "--vehicle", vehicle, "--site", site, "--orbit", orbit]) == expected
        return path

    return write


def offered(text):
    """The file with every offered line taken at its word, but for those that exclude each other or name a file."""
    taken = []
    for line in text.splitlines():
        key = line.removeprefix("# ").partition(" ")[0]
        is_offer = line.startswith("# ") and " = " in line.partition("#")[2].partition("#")[0]
        excluded = key in ("epoch_utc", "payload_kg", "wind", "ltan_h", "arg_of_pericenter_deg")
        taken.append(line.removeprefix("# ") if is_offer and not excluded else line)
    return "\n".join(taken)


@pytest.mark.parametrize("form", FORMS)
def test_a_written_file_passes_check(written, capsys, form):
    written(*FORMS[form])
    assert main(["check", "mine.toml"]) == 0


@pytest.mark.parametrize("form", FORMS)
def test_every_offered_line_can_be_taken(written, form):
    path = written(*FORMS[form])
    text = offered(path.read_text(encoding="utf-8"))
    assert text.count("\n# ") < path.read_text(encoding="utf-8").count("\n# ")
    path.write_text(text, encoding="utf-8")
    assert main(["check", "mine.toml"]) == 0
    assert read_mission(path).limits.fairing_heat_flux_w_m2 == 1135.0


def test_the_vehicles_own_limits_and_the_usual_ones_are_told_apart(written):
    text = written(*FORMS["circle"]).read_text(encoding="utf-8")
    (own,) = [line for line in text.splitlines() if "max_axial_acceleration_g" in line]
    (usual,) = [line for line in text.splitlines() if "max_dynamic_pressure_pa" in line]
    assert own.startswith("# max_axial_acceleration_g = 4.3 ")
    assert own.endswith("the vehicle's own, which holds in any case")
    assert usual.endswith("the vehicle states none, this is a usual one")


def test_burns_are_offered_where_the_last_stage_can_be_ignited_again(written):
    text = written(*FORMS["sso"]).read_text(encoding="utf-8")
    assert 'upper_stage_burns = "auto"' in text
    assert "Upper stage Fregat-M can be ignited 20 times" in text


def test_burns_are_no_matter_of_a_stage_that_burns_once(written):
    assert "upper_stage_burns" not in written(*FORMS["circle"]).read_text(encoding="utf-8")


def test_what_the_pad_reaches_and_has_flown_stands_beside_the_inclination(written):
    text = written(*FORMS["circle"]).read_text(encoding="utf-8")
    assert "below 46.0 or above 134.0 the ascent must turn" in text
    assert "# flown from here: 51.6, 63.3" in text


def test_an_odd_wish_is_written_with_its_warnings(written, capsys):
    written("soyuz-2.1v", "plesetsk-43-4", "200 km 51 deg")
    errors = capsys.readouterr().err
    assert "warning: the plane of the target passes 11.8° beside the pad" in errors


def test_an_orbit_that_cannot_be_read_is_answered_with_the_three_forms(written, capsys):
    path = written("soyuz-2.1a", "baikonur-31-6", "geostationary", expected=2)
    assert "escape 10 km2/s2" in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.parametrize(
    ("vehicle", "site", "words"),
    [
        ("soyuz-2.1x", "baikonur-31-6", 'did you mean "soyuz-2.1'),
        ("soyuz-2.1a", "baykonur", 'did you mean "baikonur-31-6"?'),
        ("soyuz-st-b", "kourou-els", "allowed: soyuz-st-b/fregat, soyuz-st-b/fregat-m"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest_and_the_list(written, capsys, vehicle, site, words):
    written(vehicle, site, "sso 500 km", expected=2)
    sentence = capsys.readouterr().err
    assert words in sentence
    assert "allowed: " in sentence
    assert len(sentence.splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_a_written_file_runs_as_it_is(written, form):
    written(*FORMS[form])
    assert main(["plan", "mine.toml"]) == 0
