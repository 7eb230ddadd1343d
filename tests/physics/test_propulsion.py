"""Engines: thrust with back-pressure, throttle and tail-off."""

import pytest

from cosmodrome.physics.propulsion import (
    NO_PROPULSION,
    Propulsion,
    back_pressure,
    governed,
    mass_flow,
    vacuum_thrust,
)

# RD-107A of the Soyuz strap-ons: Arianespace, Soyuz at the Guiana Space Centre User's Manual, issue 2 (2012)
VACUUM_N, SEA_LEVEL_N = 1021.3e3, 838.5e3
FIXED = Propulsion(VACUUM_N, 316.0, (VACUUM_N - SEA_LEVEL_N) / 101325.0, 0.0, 0.0, 0.0, 0.0)
THROTTLED = Propulsion(0.0, 0.0, 0.7, 0.0, 0.0, 298e3, 85.0)
FADING = Propulsion(200e3, 60.0, 0.5, -50e3, -15.0, 0.0, 0.0)


def test_back_pressure_takes_at_sea_level_what_separates_the_two_thrusts():
    thrust = vacuum_thrust(FIXED, 1.0, 0.0) - back_pressure(FIXED, 101325.0)
    assert thrust == pytest.approx(SEA_LEVEL_N, rel=1e-15)
    assert back_pressure(FIXED, 0.0) == 0.0


@pytest.mark.parametrize("throttle", [0.0, 0.4, 1.0])
def test_throttle_scales_flow_and_vacuum_thrust_alike_but_not_back_pressure(throttle):
    assert vacuum_thrust(THROTTLED, throttle, 3.0) == pytest.approx(throttle * 298e3)
    assert mass_flow(THROTTLED, throttle, 3.0) == pytest.approx(throttle * 85.0)
    # engines whose throttle is given do not listen to the optimiser's
    assert vacuum_thrust(FIXED, throttle, 3.0) == VACUUM_N
    assert mass_flow(FIXED, throttle, 3.0) == 316.0


def test_a_tail_off_falls_linearly_and_delivers_its_triangle():
    assert vacuum_thrust(FADING, 1.0, 4.0) == pytest.approx(0.0, abs=1e-9)
    assert mass_flow(FADING, 1.0, 4.0) == pytest.approx(0.0, abs=1e-12)
    steps = [(k + 0.5) * 0.04 for k in range(100)]
    impulse = sum(vacuum_thrust(FADING, 1.0, t) for t in steps) * 0.04
    # midpoints are exact for a line: half of 200 kN over 4 s
    assert impulse == pytest.approx(400e3, rel=1e-13)


@pytest.mark.parametrize(
    ("mass_kg", "expected"),
    [(9e4, 0.8), (1.5e5, 1.0), (4e4, 0.4)],
    ids=["40 m/s^2 of 90 t are 3.6 MN, 0.4 of them given", "open at 150 t", "least at 40 t"],
)
def test_a_governor_closes_a_throttle_as_far_as_its_acceleration_asks(mass_kg, expected):
    engines = Propulsion(0.4e6, 130.0, 1.0, 0.0, 0.0, 4e6, 1300.0, 0.4, 40.0)
    assert governed(engines, 1.0, mass_kg) == pytest.approx(expected, rel=1e-15)
    # what is closed further by itself is left alone
    assert governed(engines, 0.3, mass_kg) == 0.3


def test_a_governor_may_close_an_engine_of_which_no_least_throttle_is_told():
    engines = Propulsion(0.0, 0.0, 1.0, 0.0, 0.0, 4e6, 1300.0, governed_acceleration=40.0)
    # 40 m/s^2 of a ton are 1 % of 4 MN
    assert governed(engines, 1.0, 1e3) == pytest.approx(0.01, rel=1e-15)


def test_nothing_governs_an_engine_without_a_governor():
    assert governed(THROTTLED, 1.0, 1.0) == 1.0
    assert governed(FIXED, 1.0, 1e5) == 1.0


def test_no_engine_gives_neither_thrust_nor_flow():
    assert vacuum_thrust(NO_PROPULSION, 1.0, 9.0) == 0.0
    assert mass_flow(NO_PROPULSION, 1.0, 9.0) == 0.0
    assert back_pressure(NO_PROPULSION, 101325.0) == 0.0
