"""The Meteor-M 2-1 lint: turns as control systems count them, against geometry that a pencil can do."""

import math
from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.catalogue.lint_turns import Convention, commanded_turn, conventions, lint_turns
from cosmodrome.catalogue.load import load_vehicle

EVENTS = (
    {"code": "STAGE_3_SEP", "subject": "block-i", "t_s": 100.0},
    {"code": "STAGE_4_IGNITION", "subject": "fregat", "t_s": 160.0},
    {"code": "BURN_1_START", "subject": "fregat", "t_s": 160.0},
)
PAIRS = [(a, b) for a in conventions() for b in conventions()]


def flight(before_deg, after_deg):
    """A handover above the equator at longitude zero, where up is x, east y and north z: 60 s without thrust."""
    t_s = np.array([90.0, 96.0, 96.0, 160.0, 160.0, 200.0])
    heading = np.radians([before_deg] * 3 + [after_deg] * 3)
    nothing = np.zeros(6)
    return {
        "t_s": t_s,
        "axial_acceleration_g": np.array([2.0, 2.0, 0.0, 0.0, 0.2, 0.2]),
        "r_eci_x_m": nothing + 6.6e6,
        "r_eci_y_m": nothing,
        "r_eci_z_m": nothing,
        "u_eci_x": nothing,
        "u_eci_y": np.sin(heading),
        "u_eci_z": np.cos(heading),
    }


@pytest.fixture(scope="module")
def vehicle():
    return load_vehicle("soyuz-2.1b/fregat-m")


def test_174_degrees_of_the_launcher_are_184_for_fregat_and_come_back_as_a_whole_turn():
    turn = commanded_turn(conventions()["launcher"], 174.0, conventions()["fregat"], 177.0)
    assert turn.shortest_deg == pytest.approx(3.0)
    assert turn.as_counted_deg == pytest.approx(3.0 - 360.0)
    assert turn.is_long_way_round


def test_with_one_axis_for_both_the_same_turn_is_a_small_one():
    launcher = conventions()["launcher"]
    turn = commanded_turn(launcher, 174.0, launcher, 177.0)
    assert turn.as_counted_deg == pytest.approx(3.0)
    assert not turn.is_long_way_round


@pytest.mark.parametrize(("now", "wanted"), PAIRS)
@pytest.mark.parametrize("turn_deg", [-120.0, -3.0, 0.0, 3.0, 120.0])
def test_the_commanded_rotation_has_no_jump_over_all_azimuths(now, wanted, turn_deg):
    known = conventions()
    for azimuth_deg in range(361):
        turn = commanded_turn(known[now], azimuth_deg, known[wanted], azimuth_deg + turn_deg)
        assert turn.shortest_deg == pytest.approx(turn_deg, abs=1e-9)
        assert abs(turn.shortest_deg) <= 180.0
        # counting differs from it by whole turns only
        assert math.remainder(turn.as_counted_deg - turn_deg, 360.0) == pytest.approx(0.0, abs=1e-9)


def test_subtraction_jumps_exactly_between_the_two_places_where_the_counts_start_again():
    known = conventions()
    trapped = [
        azimuth
        for azimuth in range(-180, 180)
        if commanded_turn(known["launcher"], azimuth, known["fregat"], azimuth).is_long_way_round
    ]
    # the launcher starts again at 180 deg, Fregat at 180 - 10
    assert trapped == list(range(170, 180))


def test_a_count_stays_within_one_turn_from_its_lowest_angle():
    convention = Convention("x", zero_deg=30.0, lowest_deg=0.0)
    assert convention.counted_deg(30.0) == pytest.approx(0.0)
    assert convention.counted_deg(29.0) == pytest.approx(359.0)


def test_a_flight_through_the_trap_is_told_with_both_turns(vehicle):
    (sentence,) = lint_turns(vehicle, EVENTS, flight(174.0, 177.0))
    assert "fregat needs a turn of 3.0°" in sentence
    assert "as launcher and fregat count them commands -357.0°" in sentence


def test_a_flight_outside_of_the_trap_is_silent(vehicle):
    assert lint_turns(vehicle, EVENTS, flight(344.0, 340.0)) == ()


def test_a_turn_that_outlasts_the_coast_is_told_with_both_times(vehicle):
    # 1 deg/s from the separation at 100 s to the ignition at 160 s: 60 deg are in time, 61 deg are not
    assert lint_turns(vehicle, EVENTS, flight(20.0, 79.9)) == ()
    (sentence,) = lint_turns(vehicle, EVENTS, flight(20.0, 81.0))
    assert (
        "must turn by 61° before it ignites at 160.0 s: that takes 61 s at 1 deg/s, and there are 60 s"
        in sentence
    )


def test_a_stage_without_a_slew_rate_is_not_timed(vehicle):
    fregat = replace(vehicle.last_stage, slew_rate_rad_s=None)
    untimed = replace(vehicle, stages=(*vehicle.stages[:-1], fregat))
    assert lint_turns(untimed, EVENTS, flight(20.0, 110.0)) == ()


def test_a_later_burn_of_the_same_stage_counts_in_its_own_convention_alone(vehicle):
    # 172 to 176 deg is a trap between launcher and Fregat, not within Fregat, whose count starts again at 170 deg
    again = ({"code": "BURN_2_START", "subject": "fregat", "t_s": 160.0},)
    assert lint_turns(vehicle, again, flight(172.0, 176.0)) == ()
    (sentence,) = lint_turns(vehicle, again, flight(168.0, 172.0))
    assert "as fregat and fregat count them commands -356.0°" in sentence


def test_hot_staging_is_no_handover(vehicle):
    columns = flight(10.0, 170.0)
    columns["t_s"] = np.array([90.0, 159.8, 159.9, 159.95, 160.0, 200.0])
    assert lint_turns(vehicle, EVENTS[1:], columns) == ()
