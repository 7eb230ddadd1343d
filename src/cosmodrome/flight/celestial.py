"""From the frames of a flight to frames that others know: GCRF where there is a lift-off time, else Earth-fixed.

    ECI    of the flight: the CIRS of the lift-off, held fixed as long as the flight lasts, since it is flown in an
           inertial frame. The pole of date leaves this one by about 1e-11 rad/s: 0.3 m on the ground in an hour
    GCRF   axes of the ICRS about the Earth's centre
    ECEF   turns with the mission's Earth about its pole, polar motion neglected; needs no date

Sources: IERS Conventions (2010), sec. 5.4.4 and 5.5: x, y, s of IAU 2006/2000A, as implemented by ERFA's c2i06a.
"""

import datetime
import warnings

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.programme import Programme
from cosmodrome.flight.start import ut1, ut1_minus_utc
from cosmodrome.physics.frames import ground_velocity, rotated_about_z
from cosmodrome.physics.vector import subtracted

Array = NDArray[np.float64]


def R_gcrf_eci(liftoff_utc: datetime.datetime) -> Array:
    """Return the rotation (3, 3) from the ECI of a flight that lifts off at an instant to GCRF."""
    import erfa

    with warnings.catch_warnings():
        # "dubious year": a leap second to come moves the pole by 1e-11 rad
        warnings.simplefilter("ignore", erfa.ErfaWarning)
        utc = erfa.ut1utc(*ut1(liftoff_utc), ut1_minus_utc(liftoff_utc) or 0.0)
        tt = erfa.taitt(*erfa.utctai(*utc))
    return np.array(erfa.c2i06a(*tt)).T


def ecef_states(t_s: Array, r_eci: Array, v_eci: Array, programme: Programme) -> tuple[Array, Array]:
    """Return positions (m) and velocities over the ground (m/s), each (n, 3), on the axes of the turning Earth.

    From ECI states (n, 3) at times (n,) of a flight of the programme.
    """
    earth = programme.environment.earth
    r_ecef, v_ecef = np.empty_like(r_eci), np.empty_like(v_eci)
    for i, (t, r, v) in enumerate(zip(t_s.tolist(), r_eci.tolist(), v_eci.tolist(), strict=True)):
        angle = -(programme.earth_angle_rad + earth.rotation * t)
        r_ecef[i] = rotated_about_z(r, angle)
        v_ecef[i] = rotated_about_z(subtracted(v, ground_velocity(r, earth)), angle)
    return r_ecef, v_ecef
