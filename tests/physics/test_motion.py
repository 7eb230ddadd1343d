"""The forces together: at rest on the pad, in free fall, and the symmetries that no formula may break."""

import math

import casadi as ca
import numpy as np
import pytest

from cosmodrome.ascent import symbols
from cosmodrome.physics import atmosphere, frames, motion
from cosmodrome.physics.constants import G0
from cosmodrome.physics.wind import make_wind, wind_velocity
from tests.physics.domains import (
    CALM,
    CORE,
    EARTH,
    FALLING,
    FAST,
    FIRST_STAGE,
    FLYING,
    JET,
    NO_AIR,
    NOSE,
    PAD,
    PAD_AT_REST,
    PAD_PLACE,
    PLAIN,
    WORLD,
    flight_states,
)

assert symbols

MASS = 2.9e5
STATES = [arguments for arguments, _ in flight_states()]
# on the axis the meridian of x gives the wind its direction, so no rotation is a symmetry there
OFF_AXIS = [state for state in STATES if math.hypot(state[0][0], state[0][1]) > 0.0]
# what is left of the pad's air speed: the floor of 1 mm/s
AIR_SPEED_FLOOR = 1e-3


def rotated(vector, angle):
    return tuple(map(float, frames.rotated_about_z(vector, angle)))


def mirrored(vector):
    return (vector[0], vector[1], -vector[2])


def test_at_rest_on_the_pad_the_air_does_nothing():
    c = motion.conditions(PAD, PAD_AT_REST, PAD_PLACE.up, 1.0, 0.0, CORE, CALM)
    assert c.altitude == pytest.approx(0.0, abs=1e-8)
    assert np.linalg.norm(c.v_air) < 1e-12
    assert c.air_speed == pytest.approx(AIR_SPEED_FLOOR)
    assert c.q == pytest.approx(0.5 * 1.225 * AIR_SPEED_FLOOR**2, rel=1e-6)
    assert np.linalg.norm(c.aero) < 1e-5
    assert c.pressure == pytest.approx(101325.0, rel=1e-9)


def test_without_thrust_the_pad_accelerometer_would_read_the_weight_that_the_ground_carries():
    # the ground turns with the Earth: what the pad must add to gravity is weight, along the local vertical
    gravity = np.array(motion.conditions(PAD, PAD_AT_REST, NOSE, 0.0, 0.0, FALLING, CALM).gravity)
    centripetal = -(EARTH.rotation**2) * np.array([PAD[0], PAD[1], 0.0])
    weight = centripetal - gravity
    # WGS84 gravity formula (NGA.STND.0036, eq. 4-1) at 51.884 deg; J2 alone and the vertical agree with it to
    # 1e-4
    s = math.sin(math.radians(51.884)) ** 2
    expected = 9.7803253359 * (1.0 + 0.001931852652 * s) / math.sqrt(1.0 - 0.00669437999 * s)
    assert np.linalg.norm(weight) == pytest.approx(expected, rel=1e-4)
    assert weight / np.linalg.norm(weight) == pytest.approx(np.array(PAD_PLACE.up), abs=1e-5)


@pytest.mark.parametrize("state", STATES)
def test_the_velocity_budget_closes_exactly(state):
    r, v, u, throttle, tau, leg, world = state
    c = motion.conditions(r, v, u, throttle, tau, leg, world)
    a = motion.acceleration(c, u, MASS)
    ideal, pressure, steering, drag, gravity = motion.loss_rates(c, v, MASS, u)
    # the budget is of the floored speed sqrt(|v|^2 + 1e-6); its rate is v.a over it, to rounding of 30 m/s^2
    rate = np.dot(a, v) / math.sqrt(np.dot(v, v) + AIR_SPEED_FLOOR**2)
    assert ideal - pressure - steering - drag - gravity == pytest.approx(rate, abs=1e-13)


@pytest.mark.parametrize("state", STATES)
def test_the_power_is_that_of_the_acceleration_without_gravity(state):
    r, v, u, throttle, tau, leg, world = state
    c = motion.conditions(r, v, u, throttle, tau, leg, world)
    felt = np.subtract(motion.acceleration(c, u, MASS), c.gravity)
    # rounding of 30 m/s^2 times the speed, the largest terms that cancel
    assert motion.specific_power(c, v, MASS, u) == pytest.approx(np.dot(felt, v), rel=1e-12, abs=1e-11)


def test_each_loss_has_the_sign_of_a_loss_in_a_climb():
    climbing = tuple(float(x) for x in 1500.0 * np.array(frames.place(FLYING, EARTH).up))
    c = motion.conditions(FLYING, climbing, NOSE, 1.0, 0.0, FIRST_STAGE, WORLD)
    ideal, pressure, steering, drag, gravity = motion.loss_rates(c, climbing, MASS, NOSE)
    assert min(ideal, pressure, steering, drag) > 0.0
    assert gravity == pytest.approx(np.linalg.norm(c.gravity), rel=1e-3)


def test_rates_are_velocity_newtons_law_and_the_flow():
    c = motion.conditions(FLYING, FAST, NOSE, 0.7, 2.0, FIRST_STAGE, WORLD)
    rates = motion.rates(FLYING, FAST, MASS, NOSE, 0.7, 2.0, FIRST_STAGE, WORLD)
    assert rates[:3] == FAST
    thrust = c.F_vac - c.F_pressure
    expected = np.array(c.gravity) + (thrust * np.array(NOSE) + np.array(c.aero)) / MASS
    assert rates[3:6] == pytest.approx(expected, rel=1e-14)
    # fixed engines 1100 kg/s falling by 6 kg/s^2, throttled ones 290 kg/s at 0.7
    assert rates[6] == pytest.approx(-(1100.0 - 12.0 + 0.7 * 290.0), rel=1e-15)


@pytest.mark.parametrize("state", OFF_AXIS)
@pytest.mark.parametrize("angle", [1.0, -2.5])
def test_turning_longitude_turns_the_motion(state, angle):
    r, v, u, throttle, tau, leg, world = state
    rates = motion.rates(r, v, MASS, u, throttle, tau, leg, world)
    turned = motion.rates(
        rotated(r, angle), rotated(v, angle), MASS, rotated(u, angle), throttle, tau, leg, world
    )
    # positions are rounded to 1e-9 m and the air speed of the pad to 1e-13 m/s
    assert turned[3:6] == pytest.approx(rotated(rates[3:6], angle), abs=1e-11)
    assert turned[6] == rates[6]


def test_mirroring_north_and_south_with_the_wind_mirrors_the_motion():
    # point mass and J2 only: odd zonals break the mirror
    world = WORLD._replace(earth=EARTH._replace(degree=2))
    south_wind = make_wind(
        JET.north.knots, np.array([3.0, 20.0, 55.0, 10.0]), -np.array([-1.0, 4.0, 8.0, 0.0])
    )
    r, v, u = frames.geodetic_to_ecef(0.9, 0.3, 9e3, EARTH), FAST, NOSE
    rates = motion.rates(r, v, MASS, u, 1.0, 0.0, FIRST_STAGE, world)
    mirror = motion.rates(
        mirrored(r), mirrored(v), MASS, mirrored(u), 1.0, 0.0, FIRST_STAGE, world._replace(wind=south_wind)
    )
    assert mirror[3:6] == pytest.approx(mirrored(rates[3:6]), abs=1e-12)


def test_what_the_wind_carries_has_no_velocity_through_the_air():
    local = frames.place(FLYING, EARTH)
    blown = np.array(frames.ground_velocity(FLYING, EARTH)) + np.array(wind_velocity(local, JET))
    # 20 m/s and more of wind beside it: what is left is the rounding of 300 m/s
    assert np.linalg.norm(motion.air_velocity(FLYING, tuple(blown), local, WORLD)) < 1e-12
    assert np.linalg.norm(motion.air_velocity(FLYING, tuple(blown), local, CALM)) > 5.0


@pytest.mark.parametrize("through", [(0.0, 0.0, 1500.0), (900.0, -40.0, 0.0), (-3.0, 2.0, 1.5)])
def test_a_gravity_turn_points_where_the_vehicle_moves_through_the_air(through):
    """East, north, up of the motion through air that turns with the Earth and is blown by the wind."""
    local = frames.place(FLYING, EARTH)
    axes = np.array([local.east, local.north, local.up])
    blown = np.array(frames.ground_velocity(FLYING, EARTH)) + np.array(wind_velocity(local, JET))
    v = tuple(map(float, blown + np.array(through) @ axes))
    speed = float(np.linalg.norm(through))
    # the floor of the air speed shortens it by half its square
    allowed = AIR_SPEED_FLOOR**2 / speed**2 + 1e-12
    assert motion.along_air(FLYING, v, local, WORLD) == pytest.approx(
        np.array(through) @ axes / speed, abs=allowed
    )


@pytest.mark.parametrize(("speed", "is_up"), [(0.0, True), (0.99, True), (1.01, False), (30.0, False)])
def test_a_gravity_turn_points_up_while_the_vehicle_hardly_moves(speed, is_up):
    v = tuple(np.array(PAD_AT_REST) + speed * np.array(PAD_PLACE.east))
    wanted = PAD_PLACE.up if is_up else PAD_PLACE.east
    # at the slowest the floor is a millionth of the speed's square
    assert motion.along_air(PAD, v, PAD_PLACE, CALM) == pytest.approx(np.array(wanted), abs=1e-6)


def test_the_air_turns_with_the_earth():
    still_earth = CALM._replace(earth=EARTH._replace(rotation=0.0))
    carried = motion.conditions(FLYING, FAST, NOSE, 1.0, 0.0, CORE, CALM)
    fixed = motion.conditions(FLYING, FAST, NOSE, 1.0, 0.0, CORE, still_earth)
    east = frames.place(FLYING, EARTH).east
    difference = np.array(fixed.v_air) - np.array(carried.v_air)
    speed = EARTH.rotation * math.hypot(FLYING[0], FLYING[1])
    assert difference == pytest.approx(speed * np.array(east), abs=1e-12)


@pytest.mark.parametrize("angle", [0.0, 1e-9, 1e-3, 0.5, math.pi / 2, 3.0])
def test_the_angle_of_attack_is_the_angle_between_nose_and_air(angle):
    v_air = (300.0 * math.cos(angle), 0.0, 300.0 * math.sin(angle))
    # the floor adds 1 mm/s across 300 m/s: 3.3e-6 rad at zero, less and less beyond
    assert motion.angle_of_attack((1.0, 0.0, 0.0), v_air) == pytest.approx(angle, abs=3.4e-6)


def test_at_rest_the_angle_of_attack_is_a_right_angle():
    assert motion.angle_of_attack((0.6, 0.0, 0.8), (0.0, 0.0, 0.0)) == pytest.approx(math.pi / 2)


def test_an_accelerometer_reads_thrust_and_air_but_not_gravity():
    vacuum = CALM._replace(atmosphere=NO_AIR)
    c = motion.conditions(FLYING, FAST, NOSE, 1.0, 0.0, PLAIN, vacuum)
    assert motion.axial_acceleration(c, NOSE, MASS) == pytest.approx((3.3e6 + 9e5) / MASS, rel=1e-15)
    c = motion.conditions(FLYING, FAST, NOSE, 1.0, 0.0, FALLING, vacuum)
    assert motion.axial_acceleration(c, NOSE, MASS) == 0.0
    c = motion.conditions(PAD, PAD_AT_REST, PAD_PLACE.up, 1.0, 0.0, PLAIN, CALM)
    # 4 m^2 of exit area at sea level
    assert motion.axial_acceleration(c, PAD_PLACE.up, MASS) == pytest.approx(
        (4.2e6 - 4.0 * 101325.0) / MASS, rel=1e-9
    )


def test_an_accelerometer_reads_the_air_from_ahead_as_a_brake():
    up = frames.place(FLYING, EARTH).up
    climbing = tuple(float(c) for c in np.array(frames.ground_velocity(FLYING, EARTH)) + 900.0 * np.array(up))
    c = motion.conditions(FLYING, climbing, up, 1.0, 0.0, FALLING, CALM)
    # nose first, area 7 m^2 and coefficient 1.1, no engine
    assert motion.axial_acceleration(c, up, MASS) == pytest.approx(-c.q * 7.7 / MASS, rel=1e-9)


def test_near_rest_the_force_of_the_air_changes_as_gently_as_its_dynamic_pressure():
    v = [ca.SX.sym(f"v{i}") for i in range(3)]
    c = motion.conditions(PAD, tuple(v), PAD_PLACE.up, 1.0, 0.0, CORE, CALM)
    v = ca.vertcat(*v)
    slopes = ca.Function("slopes", [v], [ca.jacobian(ca.vertcat(*c.aero), v)])
    for drift in (0.0, 1e-8, 1e-6, 1e-4, 1e-2):
        moving = np.array(PAD_AT_REST) + drift * np.array(PAD_PLACE.north)
        # rho v S times a coefficient of order one; lift without a direction would divide by the floored sine, 1e-4
        assert np.abs(np.array(slopes(moving))).max() < 3.0 * 1.225 * max(drift, AIR_SPEED_FLOOR) * 10.0


def test_a_falling_body_is_braked_by_its_drag_alone():
    leg = motion.falling_leg(7.0, 1.1)
    c = motion.conditions(FLYING, FAST, NOSE, 1.0, 0.0, leg, CALM)
    rho = atmosphere.air(c.altitude, CALM.atmosphere).density
    speed = np.linalg.norm(c.v_air)
    expected = -0.5 * rho * speed * 7.0 * 1.1 * np.array(c.v_air)
    # the floored speed differs from the speed by 1e-6 / (2 v^2)
    assert np.array(c.aero) == pytest.approx(expected, rel=1e-12)
    assert motion.rates(FLYING, FAST, 2e3, NOSE, 1.0, 0.0, leg, CALM)[6] == 0.0


def test_conditions_tell_mach_pressure_and_heating_of_one_air():
    c = motion.conditions(FLYING, FAST, NOSE, 1.0, 0.0, CORE, CALM)
    here = atmosphere.air(c.altitude, CALM.atmosphere)
    assert c.altitude == pytest.approx(43e3, abs=1e-6)
    assert c.mach == pytest.approx(c.air_speed / here.sound_speed, rel=1e-15)
    assert c.q == pytest.approx(0.5 * here.density * c.air_speed**2, rel=1e-15)
    assert c.heat_flux == pytest.approx(c.q * c.air_speed, rel=1e-15)
    assert c.F_pressure == pytest.approx(4.0 * here.pressure, rel=1e-15)
    assert np.linalg.norm(c.gravity) == pytest.approx(G0 * (6371e3 / np.linalg.norm(FLYING)) ** 2, rel=5e-3)
