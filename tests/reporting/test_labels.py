"""Words and units that figures and summary share."""

import math

import pytest

from cosmodrome.physics.constants import MU
from cosmodrome.physics.orbit import outgoing_asymptote
from cosmodrome.reporting.labels import (
    clock_text,
    limit_rows,
    number,
    orbit_text,
    short_label,
    significant,
    span_text,
    spread_events,
)


def limit(name, bound, peak, *, active=False, multiplier=None):
    return {
        "name": name,
        "limit": bound,
        "peak": peak,
        "t_s": 1.0,
        "active": active,
        "multiplier": multiplier,
    }


def rows(*limits):
    return limit_rows({"limits": list(limits)})


def test_a_ceiling_is_kept_active_or_broken():
    states = [
        rows(limit("max_dynamic_pressure_pa", 60e3, peak, active=active))[0].state
        for peak, active in [(44e3, False), (60e3, True), (60.05e3, True), (61e3, False), (61e3, True)]
    ]
    assert states == ["kept", "active", "active", "broken", "broken"]


def test_a_floor_is_broken_from_below():
    kept, broken = rows(limit("min_coast_altitude_km", 120, 187), limit("launch_azimuth_min_deg", 40, 39))
    assert (kept.state, kept.is_floor, kept.share) == ("kept", True, pytest.approx(120 / 187))
    assert broken.state == "broken"
    assert broken.share > 1.0


@pytest.mark.parametrize(
    ("name", "shown", "unit"),
    [
        ("max_dynamic_pressure_pa", 0.06, "kPa"),
        ("max_dynamic_pressure_kpa", 60.0, "kPa"),
        ("max_q_alpha_pa_rad", 60.0, "Pa·rad"),
        ("max_axial_acceleration_g", 60.0, "g"),
        ("fairing_heat_flux_w_m2", 60.0, "W/m²"),
        ("min_coast_altitude_m", 0.06, "km"),
        ("min_coast_altitude_km", 60.0, "km"),
        ("launch_azimuth_max_deg", 60.0, "deg"),
    ],
)
def test_a_limit_is_shown_in_the_unit_that_its_key_leads_to(name, shown, unit):
    row = rows(limit(name, 60.0, 1.0))[0]
    assert (row.limit, row.unit) == (pytest.approx(shown), unit)


def test_a_multiplier_counts_per_unit_of_the_key_not_of_what_is_shown():
    assert rows(limit("max_dynamic_pressure_pa", 60e3, 60e3, multiplier=0.01))[0].key_unit == "Pa"


def test_a_limit_without_a_peak_is_left_out():
    assert rows(limit("max_dynamic_pressure_pa", 60e3, None)) == []


def test_of_events_too_close_the_separation_is_marked():
    events = [
        {"code": "BOOSTER_CUTOFF", "t_s": 117.7, "name": "cut-off"},
        {"code": "BOOSTER_SEP", "t_s": 118.1, "name": "separation"},
        {"code": "MACH_1", "t_s": 60.0, "name": "Mach 1"},
    ]
    assert spread_events(events, 15.0) == [(60.0, "Mach 1"), (118.1, "separation")]
    assert len(spread_events(events, 0.1)) == 3


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (8213.44, 1, "8\u202f213.4"),
        (-0.04, 1, "0.0"),
        (None, 2, "–"),
        (-1234567.0, 0, "-1\u202f234\u202f567"),
    ],
)
def test_numbers_are_grouped_and_never_minus_zero(value, digits, text):
    assert number(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (187.44, "187.4"),
        (2000.0, "2\u202f000"),
        (0.0031, "0.0031"),
        (0.0, "0"),
        (60000.0, "60\u202f000"),
        (4.3, "4.3"),
    ],
)
def test_four_digits_say_enough(value, text):
    assert significant(value) == text


def test_the_orbit_is_put_in_words(result):
    insertion = result["insertion"]
    assert orbit_text(insertion) == "200.0 × 240.0 km at 51.700°"
    far = {**insertion, "apogee_altitude_m": 35_786e3}
    assert orbit_text(far) == "200.0 × 35\u202f786 km at 51.700°"
    assert orbit_text(None) == "no orbit"


def test_an_escape_is_told_by_its_energy_and_where_it_goes(result):
    """The declination against the vector to the asymptote, from position and velocity."""
    r, v = (7.0e6, 1.0e6, 2.0e6), (-2.0e3, 9.0e3, 7.0e3)
    c3 = sum(x * x for x in v) - 2.0 * MU / math.hypot(*r)
    h = [r[1] * v[2] - r[2] * v[1], r[2] * v[0] - r[0] * v[2], r[0] * v[1] - r[1] * v[0]]
    rv = sum(a * b for a, b in zip(r, v, strict=True))
    e = [
        (sum(x * x for x in v) - MU / math.hypot(*r)) / MU * a - rv / MU * b
        for a, b in zip(r, v, strict=True)
    ]
    i = math.acos(h[2] / math.hypot(*h))
    # e . (node direction x h) and e . node direction
    node = (-h[1] / math.hypot(*h[:2]), h[0] / math.hypot(*h[:2]))
    omega = math.atan2(e[2] / math.sin(i), e[0] * node[0] + e[1] * node[1])
    insertion = result["insertion"] | {
        "c3_m2_s2": c3,
        "eccentricity": math.hypot(*e),
        "inclination_deg": math.degrees(i),
        "arg_of_pericenter_deg": math.degrees(omega),
        "apogee_altitude_m": None,
    }
    declination = math.degrees(math.asin(outgoing_asymptote(r, v, c3, MU)[2]))
    assert orbit_text(insertion) == (
        f"C3 {c3 / 1e6:.3f} km²/s², declination {declination:.2f}°, inclination {math.degrees(i):.3f}°"
    )


@pytest.mark.parametrize(
    ("t_s", "text"),
    [
        (0.0, "0"),
        (3599.4, "3\u202f599"),
        (3600.0, "1:00:00"),
        (13_293.6, "3:41:34"),
        (-7325.0, "-2:02:05"),
    ],
)
def test_a_time_beyond_an_hour_is_told_as_a_clock_does(t_s, text):
    assert clock_text(t_s) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(12.34, "12.3 s"), (60.0, "1 min"), (3265.0, "54 min 25 s"), (11_787.0, "3 h 16 min"), (7200.0, "2 h")],
)
def test_a_length_of_time_is_told_in_its_two_largest_units(seconds, text):
    assert span_text(seconds) == text


def test_a_burn_is_labelled_by_its_stage_and_number():
    event = {"code": "BURN_2_START", "subject": "fregat", "name": "Upper stage Fregat-MT burn 2 start"}
    assert short_label(event) == "fregat burn 2 start"


def test_events_are_spread_by_where_they_stand():
    events = [{"code": "MACH_1", "t_s": t, "name": str(t)} for t in (0.0, 100.0, 200.0)]
    assert len(spread_events(events, 15.0, lambda t: t / 10.0)) == 2
