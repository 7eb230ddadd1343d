"""The mistakes of a first day with a mission file: each is one sentence that says what to do."""

import pytest

from cosmodrome.catalogue.load import load_site, load_vehicle
from cosmodrome.errors import CosmodromeError
from cosmodrome.mission.read import read_mission

BASE = """format = "cosmodrome-mission/1"
vehicle = "soyuz-2.1b"
site = "vostochny-1s"
[target]
perigee_altitude_km = 200
apogee_altitude_km = 240
inclination_deg = 51.7
"""
ESCAPE = BASE.split("perigee")[0]


def changed(old, new):
    assert old in BASE
    return BASE.replace(old, new)


def plus(text):
    return BASE + text


MISTAKES = {
    "typo in a key": (
        changed("perigee_altitude_km", "perigee_altitud_km"),
        'did you mean "perigee_altitude_km"',
    ),
    "typo in a table": (plus("[limit]\n"), 'limit is not a known key; did you mean "limits"'),
    "typo in format": (changed("mission/1", "misson/1"), "format = "),
    "format of a later version": (
        changed("mission/1", "mission/2"),
        "version that this program does not read",
    ),
    "a vehicle file": (changed("mission/1", "vehicle/1"), "is a vehicle file"),
    "no format": (changed('format = "cosmodrome-mission/1"\n', ""), "a mission file begins with format"),
    "no vehicle": (changed('vehicle = "soyuz-2.1b"\n', ""), "vehicle is missing"),
    "no site": (changed('site = "vostochny-1s"\n', ""), "site is missing"),
    "no target": (BASE.split("[target]")[0], "target is missing"),
    "empty target": (ESCAPE, "target has no orbit"),
    "unknown vehicle": (
        changed("soyuz-2.1b", "soyuz-2.1c"),
        'is not in the catalogue; did you mean "soyuz-2.1',
    ),
    "unknown site": (changed("vostochny-1s", "vostochny"), 'did you mean "vostochny-1s"'),
    "unknown combination": (
        changed("soyuz-2.1b", "soyuz-2.1b/frigate"),
        "no combination that exists; allowed: soyuz",
    ),
    "unknown fairing": ('fairing = "big"\n' + BASE, '"big" is no fairing of soyuz-2.1b; allowed: small, st'),
    "vehicle file missing": (changed("soyuz-2.1b", "mine.toml"), "names a file that does not exist"),
    "vehicle file elsewhere": (changed("soyuz-2.1b", "../mine.toml"), "leaves the folder"),
    "vehicle of a wrong type": (changed('"soyuz-2.1b"', "21"), "vehicle = 21 must be text"),
    "missing unit": (changed("perigee_altitude_km", "perigee_altitude"), "needs its unit in the key"),
    "unknown unit": (changed("perigee_altitude_km", "perigee_altitude_mi"), 'unknown unit "mi"'),
    "two units": (plus("perigee_altitude_m = 200e3\n"), "gives the same quantity as perigee_altitude_km"),
    "perigee above apogee": (
        changed("= 200", "= 900"),
        "perigee_altitude_km = 900 is above apogee_altitude_km = 240; swap",
    ),
    "perigee too low": (changed("= 200", "= 100"), "no suborbital targets"),
    "perigee in metres": (changed("= 200", "= 0.2"), "no suborbital targets"),
    "perigee below the ground": (changed("= 200", "= -50"), "no suborbital targets"),
    "apogee missing": (changed("apogee_altitude_km = 240\n", ""), "target.apogee_altitude_km is missing"),
    "apogee out of reach": (changed("= 240", "= 2e6"), "target.apogee_altitude_km = 2000000 must be at most"),
    "axis beside altitudes": (
        plus("semi_major_axis_km = 6600\neccentricity = 0\n"),
        "size of the orbit twice",
    ),
    "axis inside the Earth": (ESCAPE + "semi_major_axis_km = 6400\neccentricity = 0\n", "perigee at 21.86"),
    "hyperbola by eccentricity": (
        ESCAPE + "semi_major_axis_km = 7000\neccentricity = 1.2\n",
        "must be below 1",
    ),
    "inclination over 180": (changed("51.7", "190"), "must be at most 180 deg"),
    "inclination a word": (changed("51.7", '"polar"'), 'or "sso"'),
    "sso far out": (
        changed("51.7", '"sso"').replace("= 200", "= 20000").replace("= 240", "= 20000"),
        "node moves too slowly",
    ),
    "not a number": (changed("= 200", "= nan"), "must be a finite number"),
    "infinity": (changed("= 200", "= inf"), "must be a finite number"),
    "number in quotes": (changed("= 200", '= "200"'), "without quotation marks"),
    "decimal comma": (changed("51.7", "51,7"), "decimals with a point"),
    "text without quotes": (changed('"vostochny-1s"', "vostochny-1s"), "quotation marks"),
    "ltan without date": (plus("ltan_h = 10.5\n"), "needs a date"),
    "ltan of 25 h": ("launch_date_utc = 2027-04-15\n" + plus("ltan_h = 25\n"), "must be below 24 h"),
    "two nodes": (
        "launch_date_utc = 2027-04-15\n" + plus("ltan_h = 10\nra_of_asc_node_deg = 5\n"),
        "fixes the node a second time",
    ),
    "node on the equator": (changed("51.7", "0") + "ra_of_asc_node_deg = 5\n", "equatorial orbit"),
    "pericenter of a circle": (changed("= 240", "= 200") + "arg_of_pericenter_deg = 5\n", "circular orbit"),
    "epoch without zone": ("epoch_utc = 2027-04-15T02:00:00\n" + BASE, "has no zone"),
    "epoch in quotes": ('epoch_utc = "2027-04-15T02:00:00Z"\n' + BASE, "without quotation marks"),
    "epoch a day": ("epoch_utc = 2027-04-15\n" + BASE, "must be a date-time with a zone"),
    "epoch and day": (
        "epoch_utc = 2027-04-15T02:00:00Z\nlaunch_date_utc = 2027-04-15\n" + BASE,
        "beside epoch_utc; keep one",
    ),
    "epoch long ago": ("epoch_utc = 1957-10-04T19:28:34Z\n" + BASE, "years 1972 to 2100"),
    "day with time": ("launch_date_utc = 2027-04-15T02:00:00Z\n" + BASE, "must be a day"),
    "margin without payload": (plus('[objective]\nmaximize = "margin"\n'), "objective.payload_kg is missing"),
    "final mass without payload": (
        plus('[objective]\nmaximize = "final_mass"\n'),
        "objective.payload_kg is missing",
    ),
    "payload given and maximised": (plus("[objective]\npayload_kg = 5\n"), "contradicts maximize"),
    "negative payload": (
        plus('[objective]\nmaximize = "margin"\npayload_kg = -5\n'),
        "must be at least 0 kg",
    ),
    "unknown objective": (plus('[objective]\nmaximize = "payloads"\n'), 'did you mean "payload"'),
    "negative limit": (plus("[limits]\nmax_dynamic_pressure_kpa = -1\n"), "must be above 0 kPa"),
    "half a corridor": (plus("[limits]\nlaunch_azimuth_min_deg = 5\n"), "launch_azimuth_max_deg is missing"),
    "no burns": (plus("[profile]\nupper_stage_burns = 0\n"), "must be from 1 to 20"),
    "burns a word": (plus('[profile]\nupper_stage_burns = "two"\n'), 'must be "auto" or a number'),
    "burns a fraction": (plus("[profile]\nupper_stage_burns = 1.5\n"), "must be a whole number"),
    "direction a typo": (plus('[profile]\nlaunch_direction = "ascendng"\n'), 'did you mean "ascending"'),
    "programme missing": (plus('[profile]\nattitude_program = "a.csv"\n'), "does not exist"),
    "atmosphere a typo": (plus('[environment]\natmosphere = "us72"\n'), 'did you mean "us76"'),
    "wind table missing": (plus('[environment]\nwind = "wind.csv"\n'), "does not exist"),
    "setting without effect": (plus("[environment]\nrho0_kg_m3 = 1.2\n"), "has no effect"),
    "back pressure a word": (plus('[environment]\nback_pressure = "no"\n'), "must be true or false"),
    "gravity of the Moon": (plus("[environment]\nmu_m3_s2 = 4.9\n"), "must be at least"),
    "sequence a typo": (plus('[sequence]\n"core.cutof_s" = 1\n'), 'did you mean "core.cutoff_s"'),
    "sequence without unit": (plus('[sequence]\n"core.cutoff" = 1\n'), "is no event time"),
    "sequence before lift-off": (plus('[sequence]\n"core.cutoff_s" = -1\n'), "must be at least 0"),
    "two starts": (
        plus("[initial_state]\nr_eci_m = [7e6,0,0]\nv_eci_m_s=[0,0,0]\naltitude_m=5\n"),
        "mixes two forms",
    ),
    "half a start": (plus("[initial_state]\nr_eci_m = [7e6,0,0]\n"), "initial_state.v_eci_m_s is missing"),
    "start in the core": (
        plus("[initial_state]\nr_eci_km = [7,0,0]\nv_eci_m_s = [0,0,0]\n"),
        "inside the Earth",
    ),
    "station without id": (
        plus("[[stations]]\nlatitude_deg = 5\nlongitude_deg = 5\n"),
        "stations[1].id is missing",
    ),
    "two stations of one id": (
        plus('[[stations]]\nid="a"\nlatitude_deg=5\nlongitude_deg=5\n' * 2),
        "is used by two stations",
    ),
    "stations as one table": (plus("[stations]\n"), "must be written as [[stations]]"),
    "limits as text": (changed("[target]", 'limits = "none"\n[target]'), 'limits = "none" must be a table'),
    "site off the globe": (
        changed('"vostochny-1s"', "{ latitude_deg = 95, longitude_deg = 0, height_m = 0 }"),
        "site.latitude_deg = 95 must be at most 90 deg",
    ),
    "site without longitude": (
        changed('"vostochny-1s"', "{ latitude_deg = 5 }"),
        "site.longitude_deg is missing",
    ),
    "escape without direction": (ESCAPE + "c3_km2_s2 = 10\n", "target.declination_deg is missing"),
    "escape with apogee": (
        ESCAPE + "c3_km2_s2 = 10\ndeclination_deg=0\napogee_altitude_km=500\n",
        "closed orbit",
    ),
    "escape that falls back": (ESCAPE + "c3_km2_s2 = -1\ndeclination_deg = 0\n", "must be above 0 km2/s2"),
    "escape out of plane": (
        ESCAPE + "c3_km2_s2 = 1\ndeclination_deg = 60\ninclination_deg = 51.7\n",
        "must be from 60 to 120 deg",
    ),
    "asymptote of a closed orbit": (plus("declination_deg = 5\n"), "belongs to an escape"),
    "key outside its table": (
        "perigee_altitude_km = 200\n" + BASE,
        "perigee_altitude_km stands outside its table; move it below [target]",
    ),
    "key below a table": (
        plus("epoch_utc = 2027-04-15T02:00:00Z\n"),
        "target.epoch_utc stands inside a table; move it to the top of the file, before the first [table]",
    ),
    "floor above the orbit": (
        plus("[limits]\nmin_coast_altitude_km = 1000\n"),
        "limits.min_coast_altitude_km = 1000 is above the whole target, whose apogee is at 240 km",
    ),
    "start beyond the Moon": (
        plus("[initial_state]\nr_eci_m = [1e30, 0, 0]\nv_eci_m_s = [0, 0, 0]\n"),
        "initial_state.r_eci_m = [1e+30, 0, 0] is farther than",
    ),
    "start faster than any launcher": (
        plus("[initial_state]\nr_eci_m = [7e6, 0, 0]\nv_eci_m_s = [3e9, 0, 0]\n"),
        "is faster than 100000 m/s",
    ),
    "site file": ('format = "cosmodrome-site/1"\n', "is a site file; a mission file names it under site"),
    "no seed": (plus("[monte_carlo]\nseed = -1\n"), "must be from 0"),
    "dispersions a word": ('dispersions = "some"\n' + BASE, 'must be "default" or a table'),
    "area file missing": (plus('[range]\nallowed_areas = ["a.geojson"]\n'), "does not exist"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence_with_its_remedy(tmp_path, name):
    text, expected = MISTAKES[name]
    path = tmp_path / "case.toml"
    path.write_text(text)
    with pytest.raises(CosmodromeError) as caught:
        mission = read_mission(path)
        load_vehicle(mission.vehicle, mission.path, mission.fairing)
        load_site(mission.site, mission.path)
    sentence = str(caught.value)
    assert expected in sentence
    assert sentence.startswith("case.toml: ")
    assert "\n" not in sentence
    assert len(sentence) < 400


def test_the_file_without_mistakes_is_read(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(BASE)
    mission = read_mission(path)
    assert load_vehicle(mission.vehicle, mission.path).last_stage.id == "block-i"
    assert load_site(mission.site, mission.path).height_m == 278.0


def test_a_missing_mission_file_is_one_sentence(tmp_path):
    with pytest.raises(CosmodromeError, match="there is no such file"):
        read_mission(tmp_path / "absent.toml")
