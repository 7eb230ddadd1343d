"""When it can go: how a node or an asymptote that is fixed among the stars, or in local time, meets a lift-off time.

With a launch date the angle is left free, since the Earth is round about its pole: the plan stays what it is whenever
it is flown, and the lift-off time that turns it to where it is wanted follows exactly. With an epoch the angle is a
constraint and its price is paid.
"""

import datetime
import math
from dataclasses import replace

from cosmodrome.flight.liftoff import liftoff_for_ltan, liftoff_for_right_ascension, right_ascension_of
from cosmodrome.flight.propagate import Flight
from cosmodrome.mission.schema import Mission, Target
from cosmodrome.physics.orbit import characteristic_energy, elements, outgoing_asymptote


def planned_target(mission: Mission, insertion_s: float) -> Target:
    """Return the target that is planned for: its node free where the lift-off time will bring it, or its right
    ascension where an epoch fixes the local time of the node `insertion_s` seconds after lift-off."""
    target = mission.target
    if mission.epoch_utc is None and mission.launch_date_utc is not None:
        return replace(target, ra_of_asc_node_rad=None, ltan_h=None, ra_of_asymptote_rad=None)
    if mission.epoch_utc is not None and target.ltan_h is not None:
        node = right_ascension_of(target.ltan_h, mission.epoch_utc, insertion_s)
        return replace(target, ra_of_asc_node_rad=node, ltan_h=None)
    return target


def liftoff_utc(mission: Mission, theta0: float, flight: Flight | None) -> datetime.datetime | None:
    """Return the lift-off time: the epoch where there is one, else the first of the launch date that turns a flight to
    the asked node or asymptote; None without a date, a flight, or an angle to be met."""
    if mission.epoch_utc is not None or mission.launch_date_utc is None or flight is None:
        return mission.epoch_utc
    target, end = mission.target, flight.insertion
    mu = flight.programme.environment.earth.mu
    if target.ra_of_asymptote_rad is not None:
        c3 = characteristic_energy(end.r_eci_m, end.v_eci_m_s, mu)
        s = outgoing_asymptote(end.r_eci_m, end.v_eci_m_s, c3, mu)
        angle = math.atan2(s[1], s[0]) - theta0
        return liftoff_for_right_ascension(mission.launch_date_utc, angle, target.ra_of_asymptote_rad)
    node = elements(end.r_eci_m, end.v_eci_m_s, mu).Omega - theta0
    if target.ltan_h is not None:
        return liftoff_for_ltan(mission.launch_date_utc, node, end.t_s, target.ltan_h)
    if target.ra_of_asc_node_rad is not None:
        return liftoff_for_right_ascension(mission.launch_date_utc, node, target.ra_of_asc_node_rad)
    return None
