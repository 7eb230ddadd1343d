"""The way to an orbit in several burns, as impulses: where the first burn is to end, and what each later one gains.

The first burn ends level at its orbit's perigee. A high perigee is raised last, at the apogee (Hohmann's transfer, from
a parking orbit where there is a burn to spare); a low one is where the orbit is left from a parking orbit. Burns beyond
those raise the apogee in steps. Only a guess is made of it: the optimiser owes it nothing.

Source: D. Vallado, Fundamentals of Astrodynamics and Applications, 4th ed. (2013), sec. 6.3.
"""

import math
from dataclasses import dataclass

from cosmodrome.mission.schema import Target
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.orbit import vis_viva

# how far (m) above the floor a parking orbit is guessed; a perigee this far above that one has a burn of its own
_ABOVE_FLOOR = 60e3
_HIGH_PERIGEE = 200e3
# where (m from the Earth's centre) the steps of an escape's apogee end
_FAR = 5e7


@dataclass(frozen=True)
class Hop:
    """A coast and the burn after it: centred on the apogee, or (where it is not) at an argument of latitude (rad, None
    for anywhere); its orbit has the semi-major axis a (m), or where that is None the opposite apsis (m)."""

    is_at_apogee: bool
    argument_rad: float | None
    a_m: float | None
    opposite_m: float

    def speed(self, r: float, mu: float) -> float:
        """Speed (m/s) wanted after the burn at distance r (m)."""
        a = 0.5 * (r + self.opposite_m) if self.a_m is None else self.a_m
        # beyond its apogee an orbit has no speed
        return float(vis_viva(r, a, mu)) if a < 0.0 or r < 2.0 * a else 0.0


@dataclass(frozen=True)
class Route:
    """Radius (m) and speed (m/s) at the level end of the first burn, and the hops with what each gains (m/s)."""

    radius_m: float
    speed_m_s: float
    hops: tuple[Hop, ...]
    gains_m_s: tuple[float, ...]


def route(target: Target, inclination_rad: float, burns: int, earth: Earth, floor_altitude_m: float) -> Route:
    """Return the `Route` to a target in so many burns of the last stage, flown in a plane of that inclination."""
    lowest = earth.radius + floor_altitude_m + _ABOVE_FLOOR
    perigee, apogee = target.perigee_radius_m or lowest, target.apogee_radius_m
    if burns == 1:
        return Route(perigee, float(vis_viva(perigee, target.semi_major_axis_m, earth.mu)), (), ())
    parking = min(perigee, lowest)
    argument = _leaving_argument(target, inclination_rad, parking)
    # a pericenter that is asked for is where a low orbit has to be left: raising it elsewhere takes a burn more
    spare = burns - (0 if target.arg_of_pericenter_rad is None else 1)
    is_raised_last = apogee is not None and perigee > parking + _HIGH_PERIGEE and spare > 1
    if is_raised_last:
        assert apogee is not None
        climbs, last = burns - 2, [Hop(True, None, None, perigee)]
    else:
        climbs, last = burns - 1, []
    top = _FAR if apogee is None else apogee
    steps = [parking + (top - parking) * j / max(climbs, 1) for j in range(1, climbs + 1)]
    hops = [Hop(False, argument, None, step) for step in steps]
    if hops and not last:
        hops[-1] = Hop(False, argument, target.semi_major_axis_m, top)
    opposite = parking if hops else top
    speed = float(vis_viva(parking, 0.5 * (parking + opposite), earth.mu))
    hops += last
    return Route(parking, speed, tuple(hops), _gains(parking, speed, opposite, hops, earth.mu))


def _gains(r: float, speed: float, opposite: float, hops: list[Hop], mu: float) -> tuple[float, ...]:
    """What each hop gains (m/s) from an orbit with the apsides r and `opposite` (m), at `speed` (m/s) at r."""
    gains = []
    for hop in hops:
        if hop.is_at_apogee:
            r, opposite, speed = opposite, r, speed * r / opposite
        wanted = hop.speed(r, mu)
        gains.append(wanted - speed)
        speed, opposite = wanted, hop.opposite_m
    return tuple(gains)


def _leaving_argument(target: Target, inclination: float, r: float) -> float | None:
    """The argument of latitude (rad) at which a low burn is to be centred, None where any will do.

    For a closed orbit that is its pericenter. An outgoing asymptote lies acos(-1/e) past the pericenter, and its
    argument of latitude follows from its declination: of the two the one on the ascending half is taken.
    """
    if target.declination_rad is None:
        return target.arg_of_pericenter_rad
    sine = math.sin(target.declination_rad) / max(math.sin(inclination), 1e-9)
    asymptote = math.asin(min(1.0, max(-1.0, sine)))
    e = target.eccentricity or 1.0 - r / target.semi_major_axis_m
    return asymptote - math.acos(-1.0 / e)
