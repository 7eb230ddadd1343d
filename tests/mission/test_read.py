"""A mission file becomes nouns: every part of the format, units, defaults, sources."""

import datetime
import math
from pathlib import Path

import pytest

from cosmodrome.files.sources import Source
from cosmodrome.mission.read import read_mission
from cosmodrome.mission.schema import SitePoint

EXAMPLES = Path(__file__).parents[2] / "examples"
SMALLEST = """
format = "cosmodrome-mission/1"
vehicle = "soyuz-2.1b"
site = "vostochny-1s"
[target]
perigee_altitude_km = 200
apogee_altitude_km = 240
"""


def mission(tmp_path, text=SMALLEST, **files):
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_text(content)
    path = tmp_path / "case.toml"
    path.write_text(text)
    return read_mission(path)


def test_the_smallest_file_is_legal_and_lists_its_defaults(tmp_path):
    m = mission(tmp_path)
    assert (m.name, m.vehicle, m.site) == ("case", "soyuz-2.1b", "vostochny-1s")
    assert m.target.inclination_rad is None
    assert (m.objective.maximize, m.profile.max_coast_s) == ("payload", 21600.0)
    assert m.environment.back_pressure
    assert m.initial_state is None
    assert any("max_coast_s" in line for line in m.assumptions)
    assert any("inclination_deg is free" in line for line in m.assumptions)


def test_every_part_of_the_format_is_read(tmp_path):
    (tmp_path / "areas.geojson").write_text("{}")
    m = mission(
        tmp_path,
        """
format = "cosmodrome-mission/1"
name = "all of it"
vehicle = "soyuz-2.1b"
site = { latitude_deg = 45, longitude_deg = -90, height_m = { value = 100, source = "map" } }
epoch_utc = 2027-04-15T05:00:00+03:00
fairing = "st"
[target]
perigee_altitude_km = 500
apogee_altitude_km = 600
inclination_deg = "sso"
ltan_h = 10.5
arg_of_pericenter_deg = -90
[objective]
maximize = "margin"
payload_kg = 1200
[limits]
max_dynamic_pressure_kpa = 60
max_q_alpha_pa_deg = 180
max_axial_acceleration_g = 2
fairing_heat_flux_kw_m2 = 1.135
min_coast_altitude_km = 130
launch_azimuth_min_deg = 350
launch_azimuth_max_deg = 10
[profile]
upper_stage_burns = 2
vertical_rise_s = 0
launch_direction = "descending"
max_coast_h = 2
separation_delay_s = 5
attitude_program = "attitude.csv"
[sequence]
"strap-ons.cutoff_s" = 117.7
core.cutoff_min = 4.8
fairing.release_s = { value = 208.4, source = "manual" }
[initial_state]
r_eci_km = [6378.137, 0, 0]
v_eci_m_s = [0, 465, 0]
[environment]
gravity = "zonal"
atmosphere = "air.csv"
wind = "wind.csv"
mu_km3_s2 = 398600.5
j2 = 1e-3
back_pressure = false
[[stations]]
id = "pad"
latitude_deg = 45
longitude_deg = -90
mask_deg = 3
[range]
allowed_areas = "areas.geojson"
[dispersions]
isp = { sigma = 1 }
[monte_carlo]
flights = 10
seed = 7
""",
        attitude="t_s,pitch_deg,azimuth_deg\n0,90,0\n9,80,0\n",
        air="altitude_m,temperature_k,pressure_pa,density_kg_m3\n0,288,1e5,1.2\n1e4,220,3e4,0.4\n",
        wind="altitude_m,wind_east_m_s,wind_north_m_s\n0,5,1\n1e4,30,2\n",
    )
    assert isinstance(m.site, SitePoint)
    assert m.site.latitude_rad == pytest.approx(math.pi / 4, rel=1e-15)
    assert m.sources["site.height_m"] == Source("map")
    assert m.epoch_utc == datetime.datetime(2027, 4, 15, 2, tzinfo=datetime.UTC)
    assert m.fairing == "st"
    assert (m.target.is_sun_synchronous, m.target.ltan_h) == (True, 10.5)
    assert m.target.arg_of_pericenter_rad == pytest.approx(1.5 * math.pi, rel=1e-15)
    assert (m.objective.maximize, m.objective.payload_kg) == ("margin", 1200.0)
    assert m.limits.max_dynamic_pressure_pa == 60e3
    assert m.limits.max_q_alpha_pa_rad == pytest.approx(math.pi, rel=1e-15)
    assert m.limits.max_axial_acceleration_m_s2 == 2 * 9.80665
    assert m.limits.fairing_heat_flux_w_m2 == pytest.approx(1135.0, rel=1e-15)
    assert (m.profile.upper_stage_burns, m.profile.vertical_rise_s, m.profile.max_coast_s) == (2, 0.0, 7200.0)
    assert m.profile.attitude_program == (tmp_path / "attitude.csv").resolve()
    assert m.sequence == {"strap-ons.cutoff_s": 117.7, "core.cutoff_s": 288.0, "fairing.release_s": 208.4}
    assert m.sources["sequence.fairing.release_s"] == Source("manual")
    assert m.initial_state is not None
    assert m.initial_state.r_eci_m == (6378137.0, 0.0, 0.0)
    assert m.environment.mu_m3_s2 == pytest.approx(3.986005e14, rel=1e-15)
    assert m.environment.atmosphere == (tmp_path / "air.csv").resolve()
    assert not m.environment.back_pressure
    assert m.stations[0].mask_rad == pytest.approx(math.radians(3), rel=1e-15)
    assert m.range_.allowed_areas == ((tmp_path / "areas.geojson").resolve(),)
    assert m.dispersions == {"isp": {"sigma": 1}}
    assert (m.monte_carlo.flights, m.monte_carlo.seed) == (10, 7)


def test_a_start_in_the_air_is_read_in_radians(tmp_path):
    m = mission(
        tmp_path,
        SMALLEST
        + """
[initial_state]
t_s = 3
altitude_km = 10
latitude_deg = 30
longitude_deg = 60
speed_relative_m_s = 200
flight_path_angle_deg = 45
azimuth_deg = 90
""",
    )
    state = m.initial_state
    assert state is not None
    assert (state.t_s, state.altitude_m, state.is_inertial) == (3.0, 10e3, False)
    assert state.flight_path_angle_rad == pytest.approx(math.pi / 4, rel=1e-15)


def test_a_launch_day_is_a_date(tmp_path):
    m = mission(tmp_path, "launch_date_utc = 2027-04-15\n" + SMALLEST)
    assert m.launch_date_utc == datetime.date(2027, 4, 15)
    assert m.epoch_utc is None


UNIT_PAIRS = [
    ("perigee_altitude_km = 200", "perigee_altitude_m = 200e3"),
    ("apogee_altitude_km = 240", "apogee_altitude_ft = 787401.5748031496"),
]


@pytest.mark.parametrize(("usual", "other"), UNIT_PAIRS)
def test_another_unit_gives_the_same_target(tmp_path, usual, other):
    first, second = mission(tmp_path), mission(tmp_path, SMALLEST.replace(usual, other))
    # 1e-12: rounding of the foot, written with 16 digits.
    assert second.target.semi_major_axis_m == pytest.approx(first.target.semi_major_axis_m, rel=1e-12)
    assert second.target.eccentricity == pytest.approx(first.target.eccentricity, rel=1e-9)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda p: p.stem)
def test_every_example_is_read(path):
    assert read_mission(path).target is not None


def test_the_benchmark_example_states_the_published_problem():
    m = read_mission(EXAMPLES / "delta-iii.toml")
    world = m.environment
    # Benson (2005): the constants of the multiple-stage launch vehicle ascent problem.
    assert (world.mu_m3_s2, world.equatorial_radius_m, world.rotation_rad_s) == (
        3.986012e14,
        6378145.0,
        7.29211585e-5,
    )
    assert (world.rho0_kg_m3, world.scale_height_m, world.gravity, world.earth) == (
        1.225,
        7200.0,
        "point-mass",
        "sphere",
    )
    assert not world.back_pressure
    assert (m.target.semi_major_axis_m, m.target.eccentricity) == (24361140.0, 0.7308)
    assert m.objective.payload_kg == 4164.0
