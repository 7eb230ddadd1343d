"""Thrust and propellant flow of the engines that burn during one phase, summed over them.

    F = k F_vac - p A_e,  mdot = k mdot_full     k throttle, p ambient pressure, A_e exit area

A tail-off is a linear fall of thrust and flow with the time elapsed in its phase. Engines under the control
of the optimiser (or guidance) are kept apart from those whose throttle is given: `throttle` scales the former
only, and a governor closes it so far that their thrust gives no more than an acceleration.

Source: G. P. Sutton and O. Biblarz, Rocket Propulsion Elements, 9th ed. (2017), eq. 2-13.
"""

from typing import NamedTuple

from cosmodrome.physics.equation import equation, fmax, fmin

UNGOVERNED = 1e9
"""An acceleration (m/s^2) that no governor has to hold; finite, since infinity times zero has no derivative."""


class Propulsion(NamedTuple):
    """Sums over the burning engines.

    thrust (vacuum, N), flow (kg/s), exit_area (m^2), thrust_rate (N/s) and flow_rate (kg/s^2) of a tail-off,
    and of the engines that are throttled thrust (N) and flow (kg/s) at full throttle, the least throttle, and the
    acceleration (m/s^2) by all thrust that their governor holds.
    """

    thrust: float
    flow: float
    exit_area: float
    thrust_rate: float
    flow_rate: float
    throttled_thrust: float
    throttled_flow: float
    throttle_min: float = 0.0
    governed_acceleration: float = UNGOVERNED


NO_PROPULSION = Propulsion(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
# below this thrust (N) an engine has no throttle to govern
_NO_THRUST = 1e-3


@equation
def governed(propulsion, throttle, m):
    """Return the throttle that the governor leaves of what is asked for, at mass m (kg): the largest with which all
    engines in vacuum give its acceleration, but not below their least.

    Back-pressure and drag only make the load smaller. Where nothing is throttled it is what is asked for.
    """
    room = propulsion.governed_acceleration * m - propulsion.thrust
    most = room / fmax(propulsion.throttled_thrust, _NO_THRUST)
    return fmin(throttle, fmax(most, propulsion.throttle_min))


@equation
def vacuum_thrust(propulsion, throttle, elapsed):
    """Return the vacuum thrust (N) at `elapsed` seconds into the phase."""
    return propulsion.thrust + propulsion.thrust_rate * elapsed + throttle * propulsion.throttled_thrust


@equation
def back_pressure(propulsion, p):
    """Return the thrust (N) that the ambient pressure p (Pa) takes away."""
    return p * propulsion.exit_area


@equation
def mass_flow(propulsion, throttle, elapsed):
    """Return the propellant flow (kg/s, positive) at `elapsed` seconds into the phase."""
    return propulsion.flow + propulsion.flow_rate * elapsed + throttle * propulsion.throttled_flow
