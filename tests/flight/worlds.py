"""Small worlds, legs and programmes with closed-form answers, for the tests of `flight`."""

import math

import numpy as np

from cosmodrome.catalogue.timeline import Drop, Flow, Mark, Phase
from cosmodrome.flight.attitude import Attitude, polynomial, steered, vertical
from cosmodrome.flight.programme import Masses, Programme, Step
from cosmodrome.physics import constants
from cosmodrome.physics.aerodynamics import NO_AERO, make_aero
from cosmodrome.physics.atmosphere import EXPONENTIAL, NONE, US76, make_atmosphere
from cosmodrome.physics.frames import Earth, geodetic_to_ecef, ground_velocity
from cosmodrome.physics.motion import Environment, Leg
from cosmodrome.physics.propulsion import NO_PROPULSION, Propulsion
from cosmodrome.physics.wind import make_wind

RADIUS_M = constants.EQUATORIAL_RADIUS
COASTING = Leg(NO_PROPULSION, NO_AERO)


def ball(mu: float = constants.MU, rotation: float = 0.0) -> Earth:
    """A sphere with a point mass's gravity."""
    return Earth(mu, RADIUS_M, 0.0, rotation, 0, constants.ZONALS)


def ellipsoid(degree: int = 2) -> Earth:
    """The WGS 84 Earth."""
    f = constants.FLATTENING
    return Earth(constants.MU, RADIUS_M, f * (2.0 - f), constants.ROTATION_RATE, degree, constants.ZONALS)


def vacuum(earth: Earth) -> Environment:
    """No air at all."""
    return Environment(earth, make_atmosphere(NONE), make_wind())


def exponential(earth: Earth, scale_height_m: float = 7200.0) -> Environment:
    """Isothermal still air of 1.225 kg/m^3 at the ground."""
    return Environment(earth, make_atmosphere(EXPONENTIAL, scale_height=scale_height_m), make_wind())


def real() -> Environment:
    """WGS 84 with J2, the standard atmosphere, and a wind that grows with altitude."""
    wind = make_wind([0.0, 10e3, 30e3], [3.0, 25.0, 5.0], [-2.0, 8.0, 0.0])
    return Environment(ellipsoid(), make_atmosphere(US76), wind)


def engine(thrust_n: float, flow_kg_s: float, exit_area_m2: float = 0.0) -> Propulsion:
    """A steady engine."""
    return Propulsion(thrust_n, flow_kg_s, exit_area_m2, 0.0, 0.0, 0.0, 0.0)


def state(r: tuple[float, ...], v: tuple[float, ...], m: float = 1000.0) -> np.ndarray:
    """The state (12,) of a position, a velocity and a mass, nothing on the budget yet."""
    return np.array([*r, *v, m, 0.0, 0.0, 0.0, 0.0, 0.0])


def eccentric_orbit(earth: Earth) -> tuple[np.ndarray, float]:
    """State at the perigee (200 km) of an inclined orbit of e = 0.1, and its period (s)."""
    perigee, e = RADIUS_M + 200e3, 0.1
    a = perigee / (1.0 - e)
    speed = math.sqrt(earth.mu * (2.0 / perigee - 1.0 / a))
    i = math.radians(51.7)
    y = state((perigee, 0.0, 0.0), (0.0, speed * math.cos(i), speed * math.sin(i)))
    return y, 2.0 * math.pi * math.sqrt(a**3 / earth.mu)


def phase(id_: str, leg: Leg, flows: tuple[Flow, ...] = (), **changed: object) -> Phase:
    """A phase with nothing special about it but what is `changed`."""
    plain: dict[str, object] = {
        "nominal_s": 0.0,
        "is_fixed": True,
        "is_vertical": False,
        "throttle_min": 1.0,
        "throttle_max": 1.0,
        "begins_with": (),
        "ends_with": (),
        "drops": (),
        "is_fairing_gone": False,
    }
    return Phase(id_, leg, flows, **(plain | changed))  # type: ignore[arg-type]


LAUNCHER_AERO = make_aero(
    10.0,
    [0.0, 0.6, 0.9, 1.1, 1.5, 2.5, 5.0],
    np.radians([0.0, 5.0, 10.0]),
    np.add.outer([0.30, 0.31, 0.38, 0.50, 0.45, 0.36, 0.28], [0.0, 0.02, 0.06]),
    [[0.0, 0.2, 0.45]] * 7,
)
FIRST, SECOND = engine(3.6e6, 1250.0, 2.0), Propulsion(0.0, 0.0, 0.0, 0.0, 0.0, 3.2e5, 95.0)
TAIL = Propulsion(3.6e6, 1250.0, 2.0, -3.6e6 / 2.0, -1250.0 / 2.0, 0.0, 0.0)


def launch_law() -> Attitude:
    """Up for 8 s, a tilt toward the east, a gravity turn, a linear tangent from 110 s on."""
    latitude = math.radians(28.5)
    normal = (-math.sin(latitude), 0.0, math.cos(latitude))
    return steered(8.0, 18.0, math.radians(4.0), math.radians(90.0), 110.0, 0.6, -0.0018, normal)


def throttled_law(t0: float, t1: float, turn: float = 0.0) -> Attitude:
    """Thrust toward local east at 28.5 deg of latitude, tilting up by `turn`, throttle falling from 1 to 0.6."""
    latitude = math.radians(28.5)
    up = np.array([math.cos(latitude), 0.0, math.sin(latitude)])
    east = np.array([0.0, 1.0, 0.0])
    c = np.zeros((1, 2, 4))
    c[0, 0] = [*(math.cos(turn) * east + math.sin(turn) * up), 1.0]
    c[0, 1] = [0.0, 0.1, 0.0, -0.4]
    return polynomial([t0, t1], c)


def launch() -> Programme:
    """Two stages from 28.5 deg of latitude: burn, tail-off, coast, throttled burn with a fairing dropped, coast.

    Every kind of thing that a programme may hold is in it: booked propellant of both kinds, a stage and a body that
    drop, marks, wind, back-pressure, lift.
    """
    world = real()
    pad = geodetic_to_ecef(math.radians(28.5), 0.0, 10.0, world.earth)
    law = launch_law()
    first, second = Flow("first", 1250.0), Flow("second", 95.0, is_throttled=True)
    tail = Flow("first", 1250.0, -625.0)
    dropped = Drop("first", "First stage", 1, 12000.0, "first", 12.0, 0.9)
    fairing = Drop("fairing", "Fairing halves", 2, 1200.0, None, None, None)
    cut, part = Mark("STAGE_1_CUTOFF", "first", "Cut-off"), Mark("STAGE_1_SEP", "first", "Separation")
    light, open_ = (
        Mark("STAGE_2_IGNITION", "second", "Ignition"),
        Mark("FAIRING_JETTISON", "fairing", "Release"),
    )
    phases = (
        phase("first", Leg(FIRST, LAUNCHER_AERO), (first,)),
        phase("first tail-off", Leg(TAIL, LAUNCHER_AERO), (tail,), ends_with=(cut,)),
        phase("coast", Leg(NO_PROPULSION, LAUNCHER_AERO), ends_with=(part,), drops=(dropped,)),
        phase(
            "second",
            Leg(SECOND, LAUNCHER_AERO),
            (second,),
            throttle_min=0.5,
            begins_with=(light,),
            ends_with=(open_,),
            drops=(fairing,),
        ),
        phase("second, bare", Leg(SECOND, NO_AERO), (second,), throttle_min=0.5, is_fairing_gone=True),
        phase("coast", COASTING, is_fairing_gone=True),
    )
    durations = (140.0, 2.0, 5.0, 30.0, 250.0, 60.0)
    laws = (law, law, law, throttled_law(147.0, 177.0, 0.5), throttled_law(177.0, 427.0, 0.2), vertical())
    steps = tuple(Step(*each) for each in zip(phases, durations, laws, strict=True))
    return Programme(
        name="Two stages",
        t_s=0.0,
        r_eci_m=pad,
        v_eci_m_s=ground_velocity(pad, world.earth),
        masses=Masses(240e3, {"first": 178e3, "second": 30e3}, {"first": 800.0, "second": 300.0}),
        steps=steps,
        environment=world,
        earth_angle_rad=math.radians(80.5),
        pad_latitude_rad=math.radians(28.5),
        pad_longitude_rad=math.radians(-80.5),
        payload_kg=4000.0,
        insertion_step=4,
    )
