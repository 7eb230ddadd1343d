"""What engines delivered in a flight: the ideal velocity of every phase against the rocket equation.

Source: K. Tsiolkovsky's equation, dv = c ln(m0 / m1), with c the vacuum thrust over the flow; it holds through
throttling and tail-off as long as c stays, whatever the thrust does.
"""

import math

from cosmodrome.flight.propagate import Flight, Segment
from cosmodrome.physics.propulsion import Propulsion


def impulse_gap(flight: Flight) -> float:
    """Return the largest relative difference of a phase's ideal velocity from the rocket equation's.

    Of phases in which engines of unlike exhaust speed are throttled or tail off against each other nothing is told; NaN
    where that is all that burns.
    """
    burning = [segment for segment in flight.segments if segment.arc.y[-1, 6] < segment.arc.y[0, 6]]
    gaps = [gap for gap in map(_gap, burning) if gap is not None]
    return max(gaps, key=abs, default=math.nan if burning else 0.0)


def _gap(segment: Segment) -> float | None:
    speed = _exhaust_speed_m_s(segment.phase.leg.propulsion)
    if speed is None:
        return None
    begin, end = segment.arc.y[0], segment.arc.y[-1]
    return float(end[7] - begin[7]) / (speed * math.log(begin[6] / end[6])) - 1.0


def _exhaust_speed_m_s(engines: Propulsion) -> float | None:
    """Vacuum thrust over flow, None where it changes with throttle or time, or nothing burns."""
    pairs = (
        (engines.thrust, engines.flow),
        (engines.thrust_rate, engines.flow_rate),
        (engines.throttled_thrust, engines.throttled_flow),
    )
    speeds = [thrust / flow for thrust, flow in pairs if flow != 0.0]
    is_one = all(math.isclose(speed, speeds[0], rel_tol=1e-12) for speed in speeds)
    return speeds[0] if speeds and is_one else None
