"""Motion of a launch vehicle as a point in the inertial frame: what acts on it, and the rates that follow.

    r, v     position (m) and velocity (m/s), ECI;   m  mass (kg);   u  unit vector of the thrust axis, ECI
    leg      what the vehicle is during one phase: its engines and its aerodynamics
    tau      seconds elapsed since the phase began (only a tail-off depends on it)

    r' = v,   m v' = m g + (F_vac - p A_e) u + A,   m' = -mdot

The optimiser, the reference flight, batch flights and falling bodies all take their rates from here.
"""

from typing import NamedTuple

from cosmodrome.physics.aerodynamics import Aero, air_force, make_aero
from cosmodrome.physics.atmosphere import Atmosphere, air
from cosmodrome.physics.equation import atan2, equation, sqrt, where
from cosmodrome.physics.frames import Earth, ground_velocity, place
from cosmodrome.physics.gravity import gravity
from cosmodrome.physics.heating import free_molecular_heat_flux
from cosmodrome.physics.propulsion import (
    NO_PROPULSION,
    Propulsion,
    back_pressure,
    governed,
    mass_flow,
    vacuum_thrust,
)
from cosmodrome.physics.vector import cross, dot, floored_norm, scaled, subtracted
from cosmodrome.physics.wind import Wind, wind_velocity

# On the pad the air speed is zero and has no gradient: a millimetre per second under the root gives it one.
_SPEED_FLOOR = 1e-3
# Below this air speed (m/s) the motion through the air is no direction to point along.
_SLOWEST = 1.0


class Environment(NamedTuple):
    """The world that a flight happens in."""

    earth: Earth
    atmosphere: Atmosphere
    wind: Wind


class Leg(NamedTuple):
    """The vehicle during one phase."""

    propulsion: Propulsion
    aero: Aero


class Conditions(NamedTuple):
    """What acts on the vehicle at one instant (SI; vectors in ECI).

    altitude, v_air (motion through the air), air_speed, mach, q (dynamic pressure), pressure, heat_flux,
    F_vac, F_pressure (thrust lost to back-pressure), mdot, aero (force, N), gravity (acceleration).
    """

    altitude: float
    v_air: tuple[float, float, float]
    air_speed: float
    mach: float
    q: float
    pressure: float
    heat_flux: float
    F_vac: float
    F_pressure: float
    mdot: float
    aero: tuple[float, float, float]
    gravity: tuple[float, float, float]


@equation
def air_velocity(r, v, local, environment):
    """Return the velocity (m/s, ECI axes) relative to the air at the `Place` local of position r."""
    return subtracted(
        subtracted(v, ground_velocity(r, environment.earth)), wind_velocity(local, environment.wind)
    )


@equation
def along_air(r, v, local, environment):
    """Return the unit vector along the motion through the air; up while that is slower than 1 m/s."""
    v_air = air_velocity(r, v, local, environment)
    square = dot(v_air, v_air)
    moves = square > _SLOWEST * _SLOWEST
    k = 1.0 / sqrt(where(moves, square, 1.0))
    return (
        where(moves, k * v_air[0], local.up[0]),
        where(moves, k * v_air[1], local.up[1]),
        where(moves, k * v_air[2], local.up[2]),
    )


@equation
def conditions(r, v, u, throttle, tau, leg, environment):
    """Return the `Conditions` at position r and velocity v with the thrust axis along u."""
    local = place(r, environment.earth)
    v_air = air_velocity(r, v, local, environment)
    here = air(local.altitude, environment.atmosphere)
    speed = floored_norm(v_air, _SPEED_FLOOR)
    q = 0.5 * here.density * speed * speed
    mach = speed / here.sound_speed
    return Conditions(
        local.altitude,
        v_air,
        speed,
        mach,
        q,
        here.pressure,
        free_molecular_heat_flux(here.density, speed),
        vacuum_thrust(leg.propulsion, throttle, tau),
        back_pressure(leg.propulsion, here.pressure),
        mass_flow(leg.propulsion, throttle, tau),
        air_force(q, mach, u, scaled(1.0 / speed, v_air), leg.aero),
        gravity(r, environment.earth),
    )


@equation
def acceleration(c, u, m):
    """Return the inertial acceleration (m/s^2) under `Conditions` c."""
    thrust = (c.F_vac - c.F_pressure) / m
    return (
        c.gravity[0] + thrust * u[0] + c.aero[0] / m,
        c.gravity[1] + thrust * u[1] + c.aero[1] / m,
        c.gravity[2] + thrust * u[2] + c.aero[2] / m,
    )


@equation
def rates(r, v, m, u, throttle, tau, leg, environment):
    """Return the time derivatives (r', v', m') as a tuple of seven scalars."""
    c = conditions(r, v, u, governed(leg.propulsion, throttle, m), tau, leg, environment)
    a = acceleration(c, u, m)
    return (v[0], v[1], v[2], a[0], a[1], a[2], -c.mdot)


@equation
def loss_rates(c, v, m, u):
    """Return the rates (m/s^2) of the velocity budget: ideal, pressure, steering, drag and gravity.

    d|v|/dt = ideal - pressure - steering - drag - gravity, exactly.
    """
    speed = floored_norm(v, _SPEED_FLOOR)
    thrust = (c.F_vac - c.F_pressure) / m
    return (
        c.F_vac / m,
        c.F_pressure / m,
        thrust * (1.0 - dot(u, v) / speed),
        -dot(c.aero, v) / (m * speed),
        -dot(c.gravity, v) / speed,
    )


@equation
def specific_power(c, v, m, u):
    """Return the power (W/kg) of all forces but gravity: what raises kinetic and potential energy together."""
    return ((c.F_vac - c.F_pressure) * dot(u, v) + dot(c.aero, v)) / m


@equation
def angle_of_attack(u, v_air):
    """Return the total angle (rad) between the thrust axis and the motion through the air; 90 deg at rest.

    The floor of the air speed keeps the gradient finite at rest and at zero angle, which reads 1e-3 m/s over
    the air speed instead.
    """
    return atan2(floored_norm(cross(u, v_air), _SPEED_FLOOR), dot(u, v_air))


@equation
def axial_acceleration(c, u, m):
    """Return the acceleration (m/s^2) along the thrust axis that an accelerometer reads: all but gravity."""
    return (c.F_vac - c.F_pressure + dot(c.aero, u)) / m


def falling_leg(area: float, drag_coefficient: float) -> Leg:
    """Return the `Leg` of a dropped body: no engine, constant drag coefficient on a constant area (m^2)."""
    return Leg(NO_PROPULSION, make_aero(area, along=((drag_coefficient,),)))
