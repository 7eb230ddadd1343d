"""Units: every suffix against a definition that is exact by convention."""

import math

import pytest

from cosmodrome.files.units import DIMENSIONS, quantity, unit_words

# International foot 0.3048 m; standard gravity 9.80665 m/s2; bar 1e5 Pa (SI brochure, 9th ed., table 8).
EXACT = {
    "altitude_km": ("altitude_m", 1000.0),
    "altitude_ft": ("altitude_m", 0.3048),
    "area_ft2": ("area_m2", 0.3048 * 0.3048),
    "mass_t": ("mass_kg", 1000.0),
    "max_coast_h": ("max_coast_s", 3600.0),
    "max_coast_min": ("max_coast_s", 60.0),
    "inclination_deg": ("inclination_rad", math.pi / 180.0),
    "slew_rate_deg_s": ("slew_rate_rad_s", math.pi / 180.0),
    "speed_km_s": ("speed_m_s", 1000.0),
    "acceleration_g": ("acceleration_m_s2", 9.80665),
    "thrust_kn": ("thrust_n", 1e3),
    "thrust_mn": ("thrust_n", 1e6),
    "tail_off_impulse_kn_s": ("tail_off_impulse_n_s", 1e3),
    "pressure_kpa": ("pressure_pa", 1e3),
    "pressure_hpa": ("pressure_pa", 100.0),
    "pressure_bar": ("pressure_pa", 1e5),
    "max_q_alpha_kpa_deg": ("max_q_alpha_pa_rad", 1e3 * math.pi / 180.0),
    "flux_kw_m2": ("flux_w_m2", 1e3),
    "flow_t_s": ("flow_kg_s", 1e3),
    "rho_g_m3": ("rho_kg_m3", 1e-3),
    "c3_km2_s2": ("c3_m2_s2", 1e6),
    "mu_km3_s2": ("mu_m3_s2", 1e9),
}


@pytest.mark.parametrize("key", EXACT)
def test_a_suffix_converts_by_its_definition(key):
    si_key, factor = EXACT[key]
    found = quantity(key)
    assert found.si_key == si_key
    assert found.keys[key] == pytest.approx(factor, rel=1e-15)


def test_no_suffix_belongs_to_two_dimensions():
    suffixes = [suffix for dimension in DIMENSIONS for suffix in dimension.factors]
    assert len(suffixes) == len(set(suffixes))


def test_the_longest_suffix_decides():
    assert quantity("tail_off_impulse_n_s").dimension.name == "impulse"
    assert quantity("speed_relative_m_s").dimension.name == "speed"
    assert quantity("mu_m3_s2").dimension.name == "gravitational parameter"


def test_a_key_without_unit_is_no_quantity():
    with pytest.raises(ValueError, match="no unit"):
        quantity("eccentricity")


@pytest.mark.parametrize(
    ("suffix", "words"),
    [("km2_s2", "km2/s2"), ("kpa_deg", "kPa deg"), ("n_s", "N s"), ("kw_m2", "kW/m2"), ("km", "km")],
)
def test_a_unit_is_shown_as_people_write_it(suffix, words):
    assert unit_words(suffix) == words
