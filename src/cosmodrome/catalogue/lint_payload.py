"""How much payload ideal velocities leave for a target: an estimate that needs no flight.

It agrees with plans of strong upper stages to a few per cent, and is up to half too large for weak ones.

    needed = v_low + impulses to the target + LOSSES - rotation,    available = sum of g0 Isp ln(m0 / m1)

    v_low       speed of a circular orbit at LOW_ALTITUDE_M, from which Hohmann's impulses lead to the target
    rotation    the ground's eastward motion along the orbit, omega R cos(i)

Source: Hohmann's transfer and hyperbolic departure, e.g. Vallado, Fundamentals of Astrodynamics and Applications, 4th
ed. (2013), sections 6.3 and 12.2.
"""

from __future__ import annotations

import math

from cosmodrome.catalogue.budget import ideal_budget, vehicle_timeline
from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.mission.schema import Mission
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, MU, ROTATION_RATE

LOW_ALTITUDE_M = 200e3
LOSSES_M_S = 1800.0  # gravity, steering, drag and back-pressure of launchers: 1 500 to 2 100 m/s
_MOST_SHARE = 0.3  # of the lift-off mass; no launcher carries as much
_HALVINGS = 24


def payload_left_kg(vehicle: Vehicle, mission: Mission) -> float:
    """Payload, kg, whose ideal velocity just reaches the target; 0 where even none at all does not."""
    timeline, needed = vehicle_timeline(vehicle), needed_velocity_m_s(mission)

    def available(payload_kg: float) -> float:
        return ideal_budget(vehicle, timeline, payload_kg).ideal_delta_v_m_s

    low, high = 0.0, _MOST_SHARE * vehicle.liftoff_mass_without_payload_kg
    if available(low) <= needed:
        return 0.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if available(middle) > needed else (low, middle)
    return low


def needed_velocity_m_s(mission: Mission) -> float:
    """Ideal velocity, m/s, that a launch to the target takes with usual losses."""
    target = mission.target
    radius = mission.environment.equatorial_radius_m or EQUATORIAL_RADIUS
    mu = mission.environment.mu_m3_s2 or MU
    low = radius + LOW_ALTITUDE_M
    circular = math.sqrt(mu / low)
    perigee, apogee = target.perigee_radius_m, target.apogee_radius_m
    if target.is_escape or perigee is None or apogee is None:
        impulses = math.sqrt(2.0 * mu / low + (target.c3_m2_s2 or 0.0)) - circular
    else:
        impulses = abs(_speed(mu, low, apogee, low) - circular)
        impulses += abs(_speed(mu, perigee, apogee, apogee) - _speed(mu, low, apogee, apogee))
    inclination = target.inclination_rad
    spin = ROTATION_RATE if mission.environment.rotation_rad_s is None else mission.environment.rotation_rad_s
    rotation = 0.0 if inclination is None else spin * radius * math.cos(inclination)
    return circular + impulses + LOSSES_M_S - rotation


def _speed(mu: float, end: float, other_end: float, r: float) -> float:
    """Speed at radius r of an orbit between two apses, m/s."""
    return math.sqrt(mu * (2.0 / r - 2.0 / (end + other_end)))
