"""NASA's check cases for atmospheric flight: dropped spheres and a two-stage rocket, against a published simulation.

Source of cases, constants and trajectories: E. B. Jackson et al., Further Development of Verification Check-Cases for
Six-Degree-of-Freedom Flight Vehicle Simulations, NASA/TM-2015-218675, with the data files of the NASA Engineering and
Safety Center: Atmos_NN of the dropped spheres from the simulation numbered 04, of the rocket from number 06, a row a
second. Units of the files: ft, slug, s, deg. Cases 02 and 03 tumble, which needs a body with attitude.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.attitude import horizon, vertical
from cosmodrome.flight.integrate import DONE, integrate, states_at
from cosmodrome.physics.aerodynamics import NO_AERO, make_aero
from cosmodrome.physics.atmosphere import US76, make_atmosphere
from cosmodrome.physics.frames import Earth, ground_velocity, place
from cosmodrome.physics.motion import Environment, Leg, falling_leg
from cosmodrome.physics.propulsion import NO_PROPULSION, Propulsion
from cosmodrome.physics.wind import make_wind
from cosmodrome.validation.truths import Truth, rows

Array = NDArray[np.float64]

FT = 0.3048
SLUG = 0.45359237 * 9.80665 / 0.3048
MU, ROTATION, J2 = 3.986004418e14, 7.292115e-5, 1.08262982e-3
WGS84_RADIUS, WGS84_FLATTENING = 6378137.0, 1.0 / 298.257223563
# The trajectories of cases 04 and 05 start 30 000 ft above 20 902 254.5305 ft, the radius of the sphere that has the
# area of the WGS 84 ellipsoid. The figure of 20 902 255.199 ft, also quoted for them, is 0.204 m more.
ROUND_RADIUS = 6371007.1809
# Case 17, with its own standard gravity.
STAGE_1_KG, STAGE_2_KG, ISP_G = 314000.0, 99000.0, 9.8066
SWITCHES_S = (0.0, 37.3805, 134.1705, 195.3636, 200.0)


def measure(truths: Sequence[Truth]) -> dict[str, float]:
    """Return a dropped sphere's largest distance (m) from the file and its altitude (ft) after 30 s; of the rocket,
    what it is off at 200 s."""
    group = truths[0].group
    case = group.removeprefix("nesc-")
    if case == "17":
        _, r_file, v_file = path(case)
        y, _ = replayed()
        return {
            f"{group}.position": math.dist(y[:3], r_file[-1]),
            f"{group}.velocity": math.dist(y[3:6], v_file[-1]),
        }
    states = dropped(case)
    gaps = np.linalg.norm(states[:, :3] - path(case)[1], axis=1)
    here = place(tuple(states[-1, :3].tolist()), DROPS[case][1].earth)
    return {f"{group}.distance": float(gaps.max()), f"{group}.altitude": here.altitude / FT}


def columns(case: str, *names: str) -> Array:
    """Return the named columns (n, k) of the trajectory of one case, in the file's units."""
    return np.array([[row[name] for name in names] for row in rows(f"nesc_{case}.csv")])


def path(case: str) -> tuple[Array, Array, Array]:
    """Return times (n,) in s, positions (n, 3) in m and velocities (n, 3) in m/s, inertial, of one case."""
    table = columns(case, "time_s", "x_ft", "y_ft", "z_ft", "vx_ft_s", "vy_ft_s", "vz_ft_s")
    return table[:, 0], FT * table[:, 1:4], FT * table[:, 4:7]


def dropped(case: str) -> Array:
    """Return our states (n, 12) at the times of the file of a sphere that falls from 30 000 ft over the equator."""
    leg, environment = DROPS[case]
    t, _, _ = path(case)
    r = (environment.earth.radius + 30000.0 * FT, 0.0, 0.0)
    y0 = np.array([*r, *ground_velocity(r, environment.earth), SLUG, 0.0, 0.0, 0.0, 0.0, 0.0])
    arc = integrate(leg, vertical(), environment, y0, 0.0, 30.0)
    if arc.status != DONE:
        raise ArithmeticError(f"case {case} ended with status {arc.status}")
    states: Array = states_at(t, arc.t_s, arc.y, arc.dense)
    return states


def replayed() -> tuple[Array, list[float]]:
    """Return our state (12,) at 200 s of the rocket flown by the file's attitude, and what each leg burnt (kg).

    The file gives pitch and yaw every second; between them they are joined by straight lines.
    """
    t, r_file, v_file = path("17")
    yaw_deg, pitch_deg = columns("17", "yaw_deg", "pitch_deg").T
    attitude, world = horizon(t, np.radians(pitch_deg), np.radians(yaw_deg)), _air_with(_ellipsoid())
    y = np.array([*r_file[0], *v_file[0], STAGE_1_KG, 0.0, 0.0, 0.0, 0.0, 0.0])
    burnt = []
    for leg, t0, t1 in zip(_rocket_legs(), SWITCHES_S[:-1], SWITCHES_S[1:], strict=True):
        arc = integrate(leg, attitude, world, y, t0, t1)
        if arc.status != DONE:
            raise ArithmeticError(f"case 17 ended with status {arc.status}")
        burnt.append(float(y[6] - arc.y[-1, 6]))
        y = arc.y[-1].copy()
        if t1 == SWITCHES_S[2]:
            y[6] = STAGE_2_KG
    return y, burnt


def _ellipsoid() -> Earth:
    e2 = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING)
    return Earth(MU, WGS84_RADIUS, e2, ROTATION, 2, (J2, 0.0, 0.0, 0.0, 0.0))


def _ball(rotation: float) -> Earth:
    return Earth(MU, ROUND_RADIUS, 0.0, rotation, 0, (0.0, 0.0, 0.0, 0.0, 0.0))


def _air_with(
    earth: Earth, altitude_ft: tuple[float, ...] = (0.0,), east_ft_s: tuple[float, ...] = (0.0,)
) -> Environment:
    wind = make_wind(np.array(altitude_ft) * FT, np.array(east_ft_s) * FT, np.zeros(len(altitude_ft)))
    return Environment(earth, make_atmosphere(US76), wind)


def _rocket_legs() -> list[Leg]:
    alpha_deg = np.arange(0.0, 11.0, 2.0)
    drag = np.array([[0.21, 0.23, 0.25, 0.31, 0.38, 0.48]])
    lift = np.array([[0.0, 0.24, 0.49, 0.73, 1.0, 1.6]])
    aero = make_aero(7.0686, (0.0,), np.radians(alpha_deg), drag, lift)
    thrusts = (17.0e6, 0.0, 5.0e6, 0.0)
    flows = (17.0e6 / (360.0 * ISP_G), 0.0, 5.0e6 / (390.0 * ISP_G), 0.0)
    return [
        Leg(Propulsion(thrust, flow, 0.0, 0.0, 0.0, 0.0, 0.0), aero)
        for thrust, flow in zip(thrusts, flows, strict=True)
    ]


_SPHERE: Any = falling_leg(0.1963495 * FT**2, 0.1)
DROPS: dict[str, tuple[Leg, Environment]] = {
    "01": (Leg(NO_PROPULSION, NO_AERO), _air_with(_ellipsoid())),
    "04": (_SPHERE, _air_with(_ball(0.0))),
    "05": (_SPHERE, _air_with(_ball(ROTATION))),
    "06": (_SPHERE, _air_with(_ellipsoid())),
    "07": (_SPHERE, _air_with(_ellipsoid(), (0.0,), (20.0,))),
    "08": (_SPHERE, _air_with(_ellipsoid(), (0.0, 30000.0), (-20.0, 70.0))),
}
