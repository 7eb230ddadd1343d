"""Targets: the same orbit written in several ways, and sun-synchronous inclinations of real satellites."""

import math

import pytest

from cosmodrome.errors import MissionFileError
from cosmodrome.mission.read import read_mission
from cosmodrome.mission.target import sun_synchronous_inclination_rad
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, MU, ZONALS

HEAD = 'format = "cosmodrome-mission/1"\nvehicle = "soyuz-2.1b"\nsite = "vostochny-1s"\n'


def target(tmp_path, text, head=HEAD, tail=""):
    path = tmp_path / "case.toml"
    path.write_text(f"{head}[target]\n{text}\n{tail}")
    return read_mission(path).target


def test_altitudes_and_axis_with_eccentricity_mean_the_same_orbit(tmp_path):
    first = target(tmp_path, "perigee_altitude_km = 200\napogee_altitude_km = 35786")
    a = EQUATORIAL_RADIUS + 0.5 * (200e3 + 35786e3)
    e = (35786e3 - 200e3) / (2 * a)
    second = target(tmp_path, f"semi_major_axis_m = {a!r}\neccentricity = {e!r}")
    assert second.perigee_radius_m == pytest.approx(first.perigee_radius_m, rel=1e-14)
    assert second.apogee_radius_m == pytest.approx(EQUATORIAL_RADIUS + 35786e3, rel=1e-14)


def test_altitudes_count_from_the_radius_of_the_missions_world(tmp_path):
    found = target(
        tmp_path,
        "perigee_altitude_km = 200\napogee_altitude_km = 200",
        tail="[environment]\nequatorial_radius_m = 6378145",
    )
    assert found.semi_major_axis_m == 6578145.0


# Published orbits of sun-synchronous satellites, mean altitude km and inclination deg: Landsat 8 (USGS, 705,
# 98.2), SPOT 5 (CNES, 822, 98.7), Envisat (ESA, 799.8, 98.55).  Given to 0.1 deg, and to mean instead of osculating
# elements, so 0.1 deg is what they can tell.
@pytest.mark.parametrize(("altitude_km", "inclination_deg"), [(705, 98.2), (822, 98.7), (799.8, 98.55)])
def test_sun_synchronous_inclinations_are_those_of_satellites(tmp_path, altitude_km, inclination_deg):
    found = target(
        tmp_path,
        f'perigee_altitude_km = {altitude_km}\napogee_altitude_km = {altitude_km}\ninclination_deg = "sso"',
    )
    assert found.is_sun_synchronous
    assert math.degrees(found.inclination_rad) == pytest.approx(inclination_deg, abs=0.1)


def test_a_sun_synchronous_inclination_may_carry_its_source(tmp_path):
    plain, sourced = (
        target(tmp_path, f"perigee_altitude_km = 500\napogee_altitude_km = 500\ninclination_deg = {written}")
        for written in ('"sso"', '{ value = "sso", source = "customer" }')
    )
    assert sourced == plain


def test_a_sun_synchronous_node_turns_once_in_a_tropical_year():
    a, e = 7.2e6, 0.05
    i = sun_synchronous_inclination_rad(a, e, MU, EQUATORIAL_RADIUS, ZONALS[0])
    n, p = math.sqrt(MU / a**3), a * (1 - e * e)
    rate = -1.5 * n * ZONALS[0] * (EQUATORIAL_RADIUS / p) ** 2 * math.cos(i)
    assert rate * 365.2422 * 86400.0 == pytest.approx(2 * math.pi, rel=1e-12)


def test_no_orbit_is_sun_synchronous_far_out():
    assert sun_synchronous_inclination_rad(2e7, 0.0, MU, EQUATORIAL_RADIUS, ZONALS[0]) is None


def test_an_escape_keeps_its_energy_and_its_perigee(tmp_path):
    found = target(tmp_path, "c3_km2_s2 = 10\ndeclination_deg = -20\nperigee_altitude_km = 200")
    assert found.is_escape
    assert found.semi_major_axis_m == pytest.approx(-MU / 10e6, rel=1e-15)
    assert found.perigee_radius_m == pytest.approx(EQUATORIAL_RADIUS + 200e3, rel=1e-12)
    assert found.apogee_radius_m is None
    assert found.declination_rad == pytest.approx(math.radians(-20), rel=1e-15)


def test_an_escape_may_leave_its_perigee_free(tmp_path):
    found = target(tmp_path, "c3_m2_s2 = 1e7\ndeclination_deg = 0")
    assert found.eccentricity is None
    assert found.perigee_radius_m is None


def test_angles_are_brought_into_one_turn(tmp_path):
    found = target(
        tmp_path,
        "perigee_altitude_km = 200\napogee_altitude_km = 300\ninclination_deg = 50\n"
        "ra_of_asc_node_deg = -90.2\n[environment]\nearth = 'sphere'",
    )
    assert math.degrees(found.ra_of_asc_node_rad) == pytest.approx(269.8, rel=1e-14)


NODE = "perigee_altitude_km = 200\napogee_altitude_km = 300\ninclination_deg = 50\nra_of_asc_node_deg = 10"
ESCAPE = "c3_km2_s2 = 10\ndeclination_deg = -20\n"


def read(tmp_path, text, date=""):
    path = tmp_path / "case.toml"
    path.write_text(f"{HEAD}{date}\n[target]\n{text}\n")
    return read_mission(path)


@pytest.mark.parametrize("date", ["launch_date_utc = 2027-04-15", "epoch_utc = 2027-04-15T02:00:00Z"])
def test_an_asymptote_with_a_date_keeps_its_right_ascension(tmp_path, date):
    found = read(tmp_path, ESCAPE + "ra_of_asymptote_deg = -30", date).target
    assert math.degrees(found.ra_of_asymptote_rad) == pytest.approx(330.0, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ESCAPE + "ra_of_asymptote_deg = 10", "target.ra_of_asymptote_deg = 10 needs a date"),
        ("c3_km2_s2 = 10\ndeclination_deg = 90\nra_of_asymptote_deg = 10", "along the pole; remove it"),
        (ESCAPE + "apogee_altitude_km = 500", "belongs to a closed orbit"),
        ("c3_km2_s2 = 10", "declination_deg"),
    ],
)
def test_an_escape_that_cannot_be_meant_is_refused_in_one_sentence(tmp_path, text, said):
    with pytest.raises(MissionFileError, match=said) as refusal:
        read(tmp_path, text)
    assert "\n" not in str(refusal.value)


def test_a_node_without_a_date_counts_from_the_pad_on_a_sphere_only_and_says_so(tmp_path):
    def said(date):
        sphere = NODE + "\n[environment]\nearth = 'sphere'"
        return [a for a in read(tmp_path, sphere, date).assumptions if "meridian at lift-off" in a]

    assert said("") and not said("launch_date_utc = 2027-04-15")
    assert read(tmp_path, NODE, "launch_date_utc = 2027-04-15").target.ra_of_asc_node_rad is not None
    with pytest.raises(MissionFileError, match=r"target\.ra_of_asc_node_deg = 10 needs a date"):
        read(tmp_path, NODE)


def test_an_asymptote_that_is_free_is_said_to_be(tmp_path):
    assert any("ra_of_asymptote_deg is free" in a for a in read(tmp_path, ESCAPE).assumptions)
