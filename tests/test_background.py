"""What the page tells beyond the result: the question in people's units, every source, and what is left out."""

import json
import math
from pathlib import Path

import pytest

from cosmodrome.ascent.problem import pose
from cosmodrome.background import background
from cosmodrome.mission.read import read_mission

EXAMPLES = Path(__file__).parents[1] / "examples"
NOTHING_FLOWN = {"insertion": None, "liftoff_utc": None}


def told(name, result=NOTHING_FLOWN):
    return background(pose(read_mission(EXAMPLES / name)), result)


def row(found, key):
    return next(source for source in found["sources"] if source["key"] == key)


def test_it_is_plain_data():
    for name in ("vostochny-sso.toml", "delta-iii.toml", "cases/V28.toml"):
        found = told(name)
        assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_question_is_in_the_units_of_the_result():
    found = told("vostochny-sso.toml")
    assert found["asked"]["perigee_altitude_m"] == pytest.approx(500e3, abs=1e-6)
    assert found["asked"]["inclination_deg"] == pytest.approx(97.4, abs=1e-9)
    assert found["asked"]["ra_of_asc_node_deg"] is None
    # The file of the site: 51.884167 deg N, 128.334722 deg E.
    assert found["site"]["latitude_deg"] == pytest.approx(51.884167, abs=1e-9)
    assert (found["mission"]["name"], found["mission"]["file"]) == ("Vostochny SSO", "vostochny-sso.toml")


def test_a_pad_that_is_only_a_point_has_no_name():
    assert told("delta-iii.toml")["site"]["name"] is None


def test_every_number_with_a_source_is_listed_with_its_value():
    problem = pose(read_mission(EXAMPLES / "vostochny-sso.toml"))
    found = background(problem, NOTHING_FLOWN)
    assert len(found["sources"]) == len(problem.vehicle.sources) + len(problem.site.sources)
    # Figures of the catalogue's file of Fregat-M and of the pad.
    thrust = row(found, "fregat.engine.thrust_vacuum_n")
    assert (thrust["value"], thrust["unit"], thrust["confidence"]) == (19850.0, "N", "published")
    assert row(found, "fregat.ignition.delay_s")["value"] == 60.0
    assert row(found, "aero[1].reference_area_m2")["value"] > 10.0
    assert row(found, "site.longitude_deg")["value"] == pytest.approx(128.334722, abs=1e-9)
    assert row(found, "fregat.slew_rate_deg_s")["value"] == pytest.approx(1.0)
    assert row(found, "fregat.slew_rate_deg_s")["said_as"] == "fregat.slew_rate_rad_s"


def test_a_number_that_became_another_has_no_value():
    assert row(told("vostochny-sso.toml"), "core.gross_mass_kg")["value"] is None


def test_numbers_of_the_mission_with_a_source_are_listed():
    found = told("cases/V28.toml")
    apogee = row(found, "target.apogee_altitude_m")
    assert apogee["value"] == pytest.approx(380e6)
    assert apogee["sigma"] == pytest.approx(20e6)
    assert apogee["text"] == "distance of the Moon"
    assert row(found, "target.inclination_deg")["value"] == pytest.approx(51.8)


def test_a_replaced_world_is_told():
    models = {m["what"]: m["model"] for m in told("delta-iii.toml")["models"]}
    assert models["Atmosphere"] == "exponential, 1.225 kg/m³ at altitude zero, scale height 7200 m"
    assert models["Earth"].startswith("sphere")
    assert "6378145 m" in models["Earth"]
    assert "point mass" in models["Gravity"]


def test_what_is_not_modelled_follows_the_mission():
    plain, replaced = told("vostochny-sso.toml")["not_modelled"], told("delta-iii.toml")["not_modelled"]
    assert any("zonal terms beyond J2" in text for text in plain)
    assert any("any unevenness of the Earth" in text for text in replaced)
    assert any(text.startswith("Back-pressure") for text in replaced)
    assert not any(text.startswith("Back-pressure") for text in plain)


def test_the_asymptote_of_a_straight_way_out_is_that_way():
    # Straight away from the Earth nothing bends the way: it leaves along r itself.
    declination, right_ascension = math.radians(20.0), math.radians(250.0)
    way = (
        math.cos(declination) * math.cos(right_ascension),
        math.cos(declination) * math.sin(right_ascension),
        math.sin(declination),
    )
    r, v = 1e7, 12e3
    insertion = {
        "r_eci_m": [r * x for x in way],
        "v_eci_m_s": [v * x for x in way],
        "c3_m2_s2": v**2 - 2.0 * 3.986004418e14 / r,
    }
    reached = told("vostochny-sso.toml", {"insertion": insertion, "liftoff_utc": None})["reached"]
    assert reached["declination_deg"] == pytest.approx(20.0, abs=1e-6)
    assert reached["ra_of_asymptote_deg"] == pytest.approx(250.0, abs=1e-6)
    assert reached["ltan_h"] is None


def test_the_local_time_of_the_node_is_counted_from_the_mean_sun():
    insertion = {"c3_m2_s2": -5e7, "ra_of_asc_node_deg": 100.0, "t_s": 600.0}
    liftoff = "2027-04-15T02:00:00.000Z"
    reached = told("vostochny-sso.toml", {"insertion": insertion, "liftoff_utc": liftoff})["reached"]
    # IERS Conventions (2010), eq. 5.15, ten minutes after lift-off; 2027-04-15 0 h is JD 2 461 510.5.
    hours = 2.0 + 600.0 / 3600.0
    since_2000 = 2461510.5 + hours / 24.0 - 2451545.0
    era_deg = 360.0 * (0.7790572732640 + 1.00273781191135448 * since_2000)
    expected = (hours + (100.0 - era_deg) / 15.0) % 24.0
    # UT1 is within 0.9 s of UTC.
    assert reached["ltan_h"] == pytest.approx(expected, abs=0.9 / 3600.0)
