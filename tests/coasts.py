"""Flights that only coast, from a place over the Earth: cheap, and with answers that others can give."""

import math

import numpy as np

from cosmodrome.flight.attitude import vertical
from cosmodrome.flight.programme import Masses, Programme, Step
from cosmodrome.flight.propagate import Flight, fly
from cosmodrome.physics.motion import Environment
from tests.flight.worlds import COASTING, ellipsoid, phase, vacuum

PERIGEE_M = 6678137.0
"""A low orbit's distance from the centre: 300 km above the equator."""


def coast(
    duration_s: float,
    *,
    inclination_deg: float = 97.0,
    longitude_deg: float = 0.0,
    latitude_deg: float = 0.0,
    speed_ratio: float = 1.0,
    t_s: float = 0.0,
    earth_angle_rad: float = 0.0,
    world: Environment | None = None,
    name: str = "A coast",
) -> Flight:
    """The flight from the perigee of an orbit, whose speed is that of a circle times `speed_ratio`.

    The perigee lies `latitude_deg` along the orbit from the node; the node is `longitude_deg` from x of ECI.
    """
    world = world or vacuum(ellipsoid())
    i, node, u = (math.radians(x) for x in (inclination_deg, longitude_deg, latitude_deg))
    toward = np.array([math.cos(node), math.sin(node), 0.0])
    across = np.array([-math.sin(node) * math.cos(i), math.cos(node) * math.cos(i), math.sin(i)])
    r = PERIGEE_M * (math.cos(u) * toward + math.sin(u) * across)
    speed = speed_ratio * math.sqrt(world.earth.mu / PERIGEE_M)
    v = speed * (math.cos(u) * across - math.sin(u) * toward)
    return fly(
        Programme(
            name=name,
            t_s=t_s,
            r_eci_m=tuple(r.tolist()),
            v_eci_m_s=tuple(v.tolist()),
            masses=Masses(1000.0, {}),
            steps=(Step(phase("coast", COASTING), duration_s, vertical()),),
            environment=world,
            earth_angle_rad=earth_angle_rad,
            pad_latitude_rad=0.0,
            pad_longitude_rad=0.0,
            payload_kg=1000.0,
            insertion_step=0,
        )
    )
