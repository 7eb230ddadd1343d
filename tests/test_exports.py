"""The exports of a flight, read by others' programs: frames against the IAU's and astropy's, states against the flight,
coasts against an integrator and a gravity written here."""

import datetime
import json
import math
from dataclasses import asdict
from itertools import pairwise

import erfa
import numpy as np
import pytest
from astropy import units
from astropy.coordinates import GCRS, ITRS, CartesianRepresentation
from astropy.time import Time, TimeDelta
from astropy.utils import iers
from czml3 import Document
from lxml import etree
from oem import OrbitEphemerisMessage
from scipy.integrate import solve_ivp

from cosmodrome.exports import NOMINAL_LIFTOFF_UTC, export_texts
from cosmodrome.flight.propagate import fly
from cosmodrome.flight.start import earth_rotation_angle
from cosmodrome.physics import constants
from tests.coasts import coast
from tests.flight.worlds import ball, launch, vacuum
from tests.reporting.nasty import NASTY_NAMES

FILES = {"ephemeris.oem", "scene.czml", "track.kml"}
# passes midnight during the ascent
LIFTOFF = datetime.datetime(2025, 3, 4, 23, 57, 0, 250000, tzinfo=datetime.UTC)
CREATED = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
# 1e-6 km, which is a thousand times what positions are rounded to; and what an ephemeris is allowed between its lines
READ_BACK_M, NEAR_M = 1e-3, 1.0


def result(flight, liftoff):
    return {
        "status": "verified",
        "liftoff_utc": None if liftoff is None else liftoff.isoformat(timespec="milliseconds"),
        "events": [asdict(event) for event in flight.events],
        "drop_points": flight.drop_points,
    }


def exported(flight, liftoff=None, name="Test"):
    return export_texts(name, result(flight, liftoff), flight, CREATED)


def turned(programme, liftoff):
    """The programme as the planner leaves it where a lift-off time is known: on the sky of that instant."""
    return programme.turned(earth_rotation_angle(liftoff) - programme.earth_angle_rad)


@pytest.fixture(scope="module")
def dated():
    """The two-stage launch with a lift-off time."""
    return fly(turned(launch(), LIFTOFF))


@pytest.fixture(scope="module", params=["no date", "lift-off"])
def ascent(request, dated):
    """(flight, lift-off or None) of the two-stage launch."""
    return (fly(launch()), None) if request.param == "no date" else (dated, LIFTOFF)


@pytest.fixture(scope="module", params=["no date", "lift-off"])
def revolution(request):
    """(flight, lift-off or None) of a coast of most of a revolution, over the poles."""
    if request.param == "no date":
        return coast(4000.0, longitude_deg=30.0, earth_angle_rad=1.0), None
    return coast(4000.0, longitude_deg=30.0, earth_angle_rad=earth_rotation_angle(LIFTOFF)), LIFTOFF


@pytest.fixture
def read(tmp_path):
    def message(texts):
        (tmp_path / "a.oem").write_text(texts["ephemeris.oem"], encoding="ascii")
        return OrbitEphemerisMessage.open(tmp_path / "a.oem")

    return message


def seconds(epoch, liftoff):
    begin = (liftoff or NOMINAL_LIFTOFF_UTC).replace(tzinfo=None)
    return (epoch - Time(begin, scale="utc")).sec


def at(t, liftoff):
    begin = (liftoff or NOMINAL_LIFTOFF_UTC).replace(tzinfo=None)
    return Time(begin, scale="utc") + TimeDelta(t, format="sec")


def celestial(liftoff):
    """Rotation from CIRS to GCRF by the IAU's X, Y of the pole and the locator s of the CIO."""
    utc = erfa.dtf2d(
        "UTC", liftoff.year, liftoff.month, liftoff.day, liftoff.hour, liftoff.minute, liftoff.second
    )
    tt = erfa.taitt(*erfa.utctai(*utc))
    return np.array(erfa.c2ixys(*erfa.xys06a(*tt))).T


def position(flight, t, liftoff):
    """Where the flight was, m, in the frame of the export: by its dense output and rotations written here."""
    r = flight.state_at(min(max(t, flight.t_s[0]), flight.t_s[-1]))[:3]
    if liftoff is not None:
        return celestial(liftoff) @ r
    angle = flight.programme.earth_angle_rad + flight.programme.environment.earth.rotation * t
    c, s = math.cos(angle), math.sin(angle)
    return np.array([c * r[0] + s * r[1], -s * r[0] + c * r[1], r[2]])


# --- the ephemeris ----------------------------------------------------------------------------------------------------


def test_an_independent_reader_finds_the_flown_positions_in_the_frame_that_is_stated(ascent, read):
    flight, liftoff = ascent
    for segment in read(exported(flight, liftoff)):
        assert segment.metadata["REF_FRAME"] == ("ITRF2000" if liftoff is None else "GCRF")
        for state in segment.states:
            t = seconds(state.epoch, liftoff)
            if t < flight.t_s[-1]:
                expected = position(flight, t, liftoff)
                assert np.linalg.norm(state.position * 1e3 - expected) < READ_BACK_M


def test_between_two_lines_the_readers_interpolation_is_the_flight(ascent, read):
    flight, liftoff = ascent
    missed = []
    for segment in read(exported(flight, liftoff)):
        epochs = [seconds(state.epoch, liftoff) for state in segment.states]
        if epochs[-1] > flight.t_s[-1]:
            continue
        for a, b in pairwise(epochs):
            t = a + 0.4 * (b - a)
            state = segment(at(t, liftoff))
            missed.append(np.linalg.norm(state.position * 1e3 - position(flight, t, liftoff)))
    assert len(missed) > 400
    assert max(missed) < NEAR_M


def gravity(r):
    """Point mass and J2, D. Vallado, Fundamentals of Astrodynamics (2013), eq. 8-30, about the z axis."""
    mu, radius = 3.986004418e14, 6378137.0
    j2 = math.sqrt(5.0) * 4.84166774985e-4  # WGS 84
    d = math.sqrt(r @ r)
    z2 = 5.0 * (r[2] / d) ** 2
    bulge = -1.5 * j2 * mu * radius**2 / d**5 * r * (np.array([1.0, 1.0, 3.0]) - z2)
    return -mu * r / d**3 + bulge


def slope(liftoff):
    """dy/dt of a coast in the frame of the export."""
    if liftoff is not None:
        R = celestial(liftoff)
        return lambda t, y: np.concatenate([y[3:], R @ gravity(R.T @ y[:3])])
    omega = np.array([0.0, 0.0, 7.292115e-5])
    return lambda t, y: np.concatenate(
        [y[3:], gravity(y[:3]) - 2.0 * np.cross(omega, y[3:]) - np.cross(omega, np.cross(omega, y[:3]))]
    )


def test_a_coast_propagated_from_each_line_meets_the_next(revolution, read):
    flight, liftoff = revolution
    message = read(exported(flight, liftoff))
    f = slope(liftoff)
    checked = 0
    for segment in message:
        lines = [
            (seconds(s.epoch, liftoff), np.concatenate([s.position, s.velocity]) * 1e3)
            for s in segment.states
        ]
        for (a, y), (b, following) in list(pairwise(lines))[::7]:
            end = solve_ivp(f, (a, b), y, method="DOP853", rtol=1e-12, atol=1e-6).y[:, -1]
            assert np.linalg.norm(end[:3] - following[:3]) < NEAR_M
            assert np.linalg.norm(end[3:] - following[3:]) < 1e-3
            checked += 1
    assert checked > 60


def test_the_whole_orbit_after_the_flight_is_that_of_gravity_alone(revolution, read):
    flight, liftoff = revolution
    *_, last = read(exported(flight, liftoff))
    lines = [(seconds(s.epoch, liftoff), np.concatenate([s.position, s.velocity]) * 1e3) for s in last.states]
    (a, y), (b, end) = lines[0], lines[-1]
    assert a == pytest.approx(4000.0, abs=1e-6)
    end_of_flight = flight.end
    r, v = math.hypot(*end_of_flight.r_eci_m), math.hypot(*end_of_flight.v_eci_m_s)
    semi_major = 1.0 / (2.0 / r - v * v / 3.986004418e14)
    assert b - a == pytest.approx(2.0 * math.pi * math.sqrt(semi_major**3 / 3.986004418e14), abs=1e-5)
    found = solve_ivp(slope(liftoff), (a, b), y, method="DOP853", rtol=1e-12, atol=1e-6).y[:, -1]
    # lines are written to 1e-6 m/s, which a revolution stretches to a centimetre
    assert np.linalg.norm(found[:3] - end[:3]) < NEAR_M


def test_no_segment_reaches_across_a_switch(ascent, read):
    flight, liftoff = ascent
    switches = [segment.t0_s for segment in flight.segments[1:]]
    spans = [
        [seconds(epoch, liftoff) for epoch in segment.span] for segment in read(exported(flight, liftoff))
    ]
    for t in switches:
        assert not [span for span in spans if span[0] + 1e-5 < t < span[1] - 1e-5]
        assert any(abs(span[0] - t) < 1e-5 for span in spans)
    covered = sum(b - a for a, b in spans if b <= flight.t_s[-1] + 1e-5)
    assert covered == pytest.approx(flight.t_s[-1] - flight.t_s[0], abs=1e-3)


@pytest.fixture
def without_polar_motion(monkeypatch):
    """Astropy's table of the Earth's rotation as it is bundled, with the pole at rest: this program neglects its
    motion, which is up to 15 m on the ground. Nothing is downloaded."""
    monkeypatch.setattr(iers.conf, "auto_download", False)
    table = iers.IERS_A.open(iers.IERS_A_FILE)
    for column in ("PM_x", "PM_y"):
        table[column] = 0.0 * table[column]
    with iers.earth_orientation_table.set(table):
        yield


@pytest.mark.parametrize("flown", ["ascent", "revolution"])
def test_astropy_brings_gcrf_back_to_the_latitude_longitude_and_altitude_of_the_columns(
    flown, dated, read, without_polar_motion
):
    around = coast(4000.0, longitude_deg=30.0, earth_angle_rad=earth_rotation_angle(LIFTOFF))
    flight = dated if flown == "ascent" else around
    columns = flight.columns()
    places = {round(t, 5): i for i, t in enumerate(columns["t_s"])}
    states = [
        s for s in read(exported(flight, LIFTOFF)).states if round(seconds(s.epoch, LIFTOFF), 5) in places
    ]
    rows = [places[round(seconds(s.epoch, LIFTOFF), 5)] for s in states]
    assert len(rows) > 300
    when = Time([s.epoch for s in states])
    r = CartesianRepresentation(np.array([s.position for s in states]).T * units.km)
    itrs = GCRS(r, obstime=when).transform_to(ITRS(obstime=when))
    theirs = np.stack([itrs.x.to_value(units.m), itrs.y.to_value(units.m), itrs.z.to_value(units.m)], axis=-1)
    ours = erfa.gd2gc(
        1,
        np.radians(columns["longitude_deg"][rows]),
        np.radians(columns["latitude_deg"][rows]),
        columns["altitude_m"][rows],
    )
    # the pole and the rate of the Earth are held for the flight: some 1e-11 rad/s of 6700 km over 4000 s are 0.3 m
    assert np.linalg.norm(theirs - ours, axis=-1).max() < NEAR_M


def test_a_message_says_its_frame_dates_and_earth(ascent):
    flight, liftoff = ascent
    comments = " ".join(
        line.removeprefix("COMMENT ")
        for line in exported(flight, liftoff)["ephemeris.oem"].splitlines()
        if line.startswith("COMMENT")
    )
    assert "mu = 398600.441800 km**3/s**2" in comments
    assert "without a leap second" in comments
    assert "polar motion zero" in comments
    assert "Status of this flight: verified" in comments
    if liftoff is None:
        assert "the dates are nominal, from a lift-off at 2000-01-01T00:00:00Z" in comments
    else:
        assert "CIRS of the lift-off" in comments
        # IERS Bulletin A for 2025-03-05: within 0.1 s, and known
        assert "UT1 - UTC = 0.0" in comments


def test_beyond_the_table_of_the_iers_a_message_says_that_ut1_is_utc():
    late = datetime.datetime(2060, 1, 1, tzinfo=datetime.UTC)
    flight = coast(100.0, earth_angle_rad=earth_rotation_angle(late))
    text = " ".join(exported(flight, late)["ephemeris.oem"].split("\nCOMMENT "))
    assert "UT1 = UTC" in text


def test_a_sphere_is_called_one():
    flight = coast(600.0, world=vacuum(ball(rotation=constants.ROTATION_RATE)))
    texts = exported(flight)
    assert "a sphere of equatorial radius 6378.137000 km; gravity point mass" in texts["scene.czml"]
    assert "geocentric" in texts["scene.czml"]
    assert "geocentric" in texts["track.kml"]
    assert "sphere" in texts["ephemeris.oem"]


# --- all of them ------------------------------------------------------------------------------------------------------


def test_where_nothing_flew_there_is_nothing_to_export():
    assert export_texts("Test", {"liftoff_utc": None, "status": "infeasible"}, None, CREATED) == {}


def test_a_flight_that_comes_down_is_exported_as_far_as_it_came(read):
    flight = coast(3000.0, speed_ratio=0.9)
    assert flight.reason is not None
    texts = exported(flight)
    assert set(texts) == FILES
    *_, last = read(texts).states
    assert seconds(last.epoch, None) == pytest.approx(flight.t_s[-1], abs=1e-6)


def test_a_flight_that_begins_in_the_air_keeps_its_times(read):
    flight = coast(200.0, t_s=117.7)
    texts = exported(flight)
    first, *_ = read(texts).states
    assert first.epoch.isot == "2000-01-01T00:01:57.700000"
    vehicle = json.loads(texts["scene.czml"])[1]
    assert vehicle["availability"].startswith("2000-01-01T00:01:57.700000Z/")
    assert vehicle["position"]["cartographicDegrees"][0] == 117.7


def test_viewers_are_shown_the_same_path(ascent):
    flight, liftoff = ascent
    texts = exported(flight, liftoff)
    rows = np.array(json.loads(texts["scene.czml"])[1]["position"]["cartographicDegrees"]).reshape(-1, 4)
    root = etree.fromstring(texts["track.kml"].encode())
    gx = "{http://www.google.com/kml/ext/2.2}coord"
    places = np.array([place.text.split() for place in root.iter(gx)], dtype=float)
    assert places == pytest.approx(rows[:, 1:], abs=1e-7)
    # where the Earth-fixed flight was, at a time of the path
    for t, longitude, latitude, altitude in rows[::10]:
        expected = position(flight, t, None)
        shown = erfa.gd2gc(1, math.radians(longitude), math.radians(latitude), altitude)
        # written to a centimetre and a decimetre, and to a microsecond
        assert np.linalg.norm(shown - expected) < 0.2


def test_four_hours_make_small_files():
    flight = coast(14400.0, longitude_deg=40.0)
    sizes = {name: len(text.encode()) for name, text in exported(flight).items()}
    assert max(sizes.values()) < 1.5e6


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_whatever_the_mission_and_its_parts_are_called_all_files_can_be_read(name, dated, read):
    record = result(dated, LIFTOFF)
    record["events"] = [{**event, "name": name, "subject": name} for event in record["events"]]
    record["drop_points"] = [{**drop, "body": name} for drop in record["drop_points"]]
    texts = export_texts(name, record, dated, CREATED)
    assert len(list(read(texts))) >= len(dated.segments)
    assert Document.model_validate_json(texts["scene.czml"].encode()).packets[1].name == name
    points = etree.fromstring(texts["track.kml"].encode()).iter("{http://www.opengis.net/kml/2.2}Point")
    assert len(list(points)) == 1 + len(record["events"]) + len(record["drop_points"])
