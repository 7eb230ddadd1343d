"""Limits of a mission may only tighten those of its vehicle."""

import math
from dataclasses import replace

import pytest

from cosmodrome.errors import CosmodromeError, MissionFileError
from cosmodrome.mission.schema import Limits, Mission, Target


def corridor(low, high):
    return Limits(launch_azimuth_min_rad=math.radians(low), launch_azimuth_max_rad=math.radians(high))


def test_a_limit_that_the_mission_does_not_name_is_the_vehicles():
    merged = Limits(max_q_alpha_pa_rad=4e3).merged(Limits(max_axial_acceleration_m_s2=42.0))
    assert (merged.max_q_alpha_pa_rad, merged.max_axial_acceleration_m_s2) == (4e3, 42.0)


def test_the_tighter_and_the_equal_limit_are_allowed():
    vehicle = Limits(max_dynamic_pressure_pa=50e3, min_coast_altitude_m=120e3)
    assert Limits(max_dynamic_pressure_pa=40e3).merged(vehicle).max_dynamic_pressure_pa == 40e3
    assert Limits(min_coast_altitude_m=150e3).merged(vehicle).min_coast_altitude_m == 150e3
    assert vehicle.merged(vehicle) == vehicle


@pytest.mark.parametrize(
    ("mission", "vehicle", "expected"),
    [
        (
            Limits(max_dynamic_pressure_pa=60e3),
            Limits(max_dynamic_pressure_pa=50e3),
            "limits.max_dynamic_pressure_pa = 60000 is looser than the vehicle's own 50000",
        ),
        (
            Limits(max_axial_acceleration_m_s2=5 * 9.80665),
            Limits(max_axial_acceleration_m_s2=4.3 * 9.80665),
            "limits.max_axial_acceleration_g = 5 is looser than the vehicle's own 4.3",
        ),
        (
            Limits(min_coast_altitude_m=100e3),
            Limits(min_coast_altitude_m=120e3),
            "limits.min_coast_altitude_km = 100 is looser than the vehicle's own 120",
        ),
    ],
)
def test_a_looser_limit_is_an_error_that_shows_both(mission, vehicle, expected):
    with pytest.raises(MissionFileError) as caught:
        mission.merged(vehicle)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("inner", "outer", "fits"),
    [
        ((40, 60), (30, 90), True),
        ((20, 60), (30, 90), False),
        ((355, 5), (350, 10), True),
        ((355, 20), (350, 10), False),
        ((0, 360), (30, 90), False),
        ((10, 350), (0, 360), True),
    ],
)
def test_an_azimuth_corridor_lies_within_the_vehicles_also_through_north(inner, outer, fits):
    if fits:
        merged = corridor(*inner).merged(corridor(*outer))
        assert merged.launch_azimuth_min_rad == math.radians(inner[0])
    else:
        with pytest.raises(MissionFileError, match="outside the vehicle's own launch azimuths"):
            corridor(*inner).merged(corridor(*outer))


def test_a_mission_is_made_again_with_another_target():
    target = Target(semi_major_axis_m=6.6e6, eccentricity=0.0)
    mission = Mission(name="m", path=None, vehicle="v", site="s", target=target)
    assert mission.with_target(inclination_rad=1.0) == replace(
        mission, target=replace(target, inclination_rad=1.0)
    )
    with pytest.raises(CosmodromeError, match=r"target\.inclination_deg is not a field"):
        mission.with_target(inclination_deg=57.0)
