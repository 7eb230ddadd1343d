"""Where every equation is exercised: ordinary points, and those at which formulas of flight are known to
break.

The pad (air speed zero), both poles, the equator, 86 km and both its sides, knots and ends of tables, zero
angle of attack, circular and equatorial orbits. `DOMAINS` maps an equation to its samples; an equation
without an entry fails `test_one_source`, so that a new formula cannot skip the comparison of the engines.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from cosmodrome.physics import (
    aerodynamics,
    atmosphere,
    frames,
    gravity,
    heating,
    motion,
    orbit,
    propulsion,
    tables,
    vector,
    wind,
)
from cosmodrome.physics.constants import EQUATORIAL_RADIUS, FLATTENING, MU, ROTATION_RATE, ZONALS

Vector = tuple[float, float, float]


class Sample(NamedTuple):
    """Arguments of one call.

    `step` is the relative step at which finite differences see a smooth function. `kink` says why they cannot
    (the derivative must be finite nevertheless); `singular` says why no derivative exists.
    """

    arguments: tuple[Any, ...]
    step: float = 1e-4
    kink: str = ""
    singular: str = ""


def at(*arguments: Any, step: float = 1e-4, kink: str = "", singular: str = "") -> Sample:
    """Return the `Sample` of these arguments."""
    return Sample(arguments, step, kink, singular)


# Worlds

E2 = FLATTENING * (2.0 - FLATTENING)
EARTH = frames.Earth(MU, EQUATORIAL_RADIUS, E2, ROTATION_RATE, 6, ZONALS)
EARTH_J2 = EARTH._replace(degree=2)
SPHERE = frames.Earth(3.986012e14, 6378145.0, 0.0, 7.29211585e-5, 0, ZONALS)

US76 = atmosphere.make_atmosphere(atmosphere.US76)
EXPONENTIAL = atmosphere.make_atmosphere(atmosphere.EXPONENTIAL)
NO_AIR = atmosphere.make_atmosphere(atmosphere.NONE)
MEASURED_AIR = atmosphere.make_atmosphere(
    atmosphere.TABLE,
    columns=(
        (0.0, 5e3, 12e3, 20e3, 30e3),
        (290.0, 256.0, 217.0, 216.0, 227.0),
        (1.01e5, 5.4e4, 1.94e4, 5.53e3, 1.2e3),
        (1.213, 0.735, 0.311, 0.0892, 0.0184),
    ),
)

STILL = wind.make_wind()
JET = wind.make_wind((0.0, 5e3, 11e3, 20e3), (3.0, 20.0, 55.0, 10.0), (-1.0, 4.0, 8.0, 0.0))

MACH = (0.0, 0.4, 0.7, 0.85, 1.0, 1.15, 1.4, 2.0, 3.0, 5.0)
ALPHA = (0.0, 0.05, 0.1, 0.2)
# a smooth transonic bump, so that the curve through it is C2 and Mach 1 one of its knots
_CD0 = tuple(0.28 + 0.27 / (1.0 + ((m - 1.15) / 0.45) ** 2) for m in MACH)
DRAG = tuple(tuple(cd * (1.0 + 6.0 * a * a) for a in ALPHA) for cd in _CD0)
LIFT = tuple(tuple(3.0 * a * (1.0 + 0.2 * cd) for a in ALPHA) for cd in _CD0)
WINGED = aerodynamics.make_aero(10.0, MACH, ALPHA, DRAG, LIFT, aerodynamics.WIND_AXES)
SLENDER = aerodynamics.make_aero(10.0, MACH, ALPHA, DRAG, LIFT, aerodynamics.BODY_AXES)
BLUNT = aerodynamics.make_aero(12.5, along=((0.5,),))

# 40 m/s^2 at 90 t are 3.6 MN: 0.8 of the throttle after what burns beside it
GOVERNED = propulsion.Propulsion(0.4e6, 130.0, 1.0, 0.0, 0.0, 4e6, 1300.0, 0.4, 40.0)
ENGINES = propulsion.Propulsion(3.3e6, 1.1e3, 4.0, -2e4, -6.0, 9e5, 290.0)

WORLD = motion.Environment(EARTH, US76, JET)
CALM = motion.Environment(EARTH_J2, US76, STILL)
ROUND = motion.Environment(SPHERE, EXPONENTIAL, STILL)

FIRST_STAGE = motion.Leg(ENGINES, WINGED)
CORE = motion.Leg(ENGINES, SLENDER)
PLAIN = motion.Leg(ENGINES, BLUNT)
FALLING = motion.falling_leg(7.0, 1.1)

# Places

POLAR_RADIUS = EQUATORIAL_RADIUS * math.sqrt(1.0 - E2)
NORTH_POLE: Vector = (0.0, 0.0, POLAR_RADIUS)
SOUTH_POLE: Vector = (0.0, 0.0, -POLAR_RADIUS)


def position(latitude_deg: float, longitude_deg: float, altitude_m: float, earth: Any = EARTH) -> Vector:
    """Return r (m) of a geodetic point, in a frame whose x lies on the zero meridian."""
    r: Vector = frames.geodetic_to_ecef(
        math.radians(latitude_deg), math.radians(longitude_deg), altitude_m, earth
    )
    return r


PAD = position(51.884, 128.334, 0.0)
PAD_AT_REST = frames.ground_velocity(PAD, EARTH)
PAD_PLACE = frames.place(PAD, EARTH)
FLYING = position(52.4, 131.0, 43e3)
FLYING_PLACE = frames.place(FLYING, EARTH)
FAST: Vector = (-1890.0, -1420.0, 1210.0)
NOSE: Vector = tuple(c / math.sqrt(0.87) for c in (-0.55, -0.45, 0.6035))  # type: ignore[assignment]

_JUMP = "east and north jump on the axis"
_REST = 1e-7  # steps of 0.03 mm/s beside the 288 m/s of the turning ground, inside the floor of the air speed
_ALIGNED = 1e-6  # steps well inside the floor of the angle of attack


def _aligned(v_air: Vector) -> Vector:
    length = math.sqrt(sum(c * c for c in v_air))
    return (v_air[0] / length, v_air[1] / length, v_air[2] / length)


def _air_velocity(r: Vector, v: Vector, world: Any) -> Vector:
    c = motion.conditions(r, v, NOSE, 1.0, 0.0, FALLING, world)
    v_air: Vector = c.v_air
    return v_air


_LEVELS = {name: position(30.0, -70.0, h) for name, h in (("below", 85.9e3), ("at", 86e3), ("above", 86.1e3))}
_ZERO_ALPHA = _aligned(_air_velocity(FLYING, FAST, WORLD))


def flight_states() -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """(r, v, u, throttle, tau, leg, environment) of every condition that a flight can meet."""
    return [
        ((FLYING, FAST, NOSE, 1.0, 3.0, FIRST_STAGE, WORLD), {}),
        ((FLYING, FAST, NOSE, 0.4, 0.0, CORE, CALM), {}),
        ((position(28.5, 0.0, 20e3, SPHERE), FAST, NOSE, 1.0, 0.0, CORE, ROUND), {}),
        ((FLYING, FAST, _ZERO_ALPHA, 1.0, 0.0, FIRST_STAGE, WORLD), {"step": _ALIGNED}),
        ((FLYING, FAST, _ZERO_ALPHA, 1.0, 0.0, CORE, WORLD), {"step": _ALIGNED}),
        ((PAD, PAD_AT_REST, PAD_PLACE.up, 1.0, 0.0, PLAIN, CALM), {"step": _REST}),
        ((PAD, PAD_AT_REST, PAD_PLACE.up, 1.0, 0.0, CORE, CALM), {"kink": "at rest lift has no direction"}),
        (
            (PAD, PAD_AT_REST, PAD_PLACE.up, 1.0, 0.0, FIRST_STAGE, WORLD),
            {"kink": "0 m is an end of the wind table"},
        ),
        ((NORTH_POLE, (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 1.0, 0.0, CORE, WORLD), {"kink": _JUMP}),
        ((SOUTH_POLE, (0.0, 0.0, 0.0), (0.0, 0.0, -1.0), 1.0, 0.0, CORE, CALM), {"kink": _JUMP}),
        ((position(0.0, -52.7, 60e3), FAST, NOSE, 1.0, 0.0, CORE, WORLD), {}),
        ((_LEVELS["below"], FAST, NOSE, 1.0, 0.0, CORE, CALM), {"step": 1e-6}),
        ((_LEVELS["at"], FAST, NOSE, 1.0, 0.0, CORE, CALM), {"kink": "the gradient of temperature changes"}),
        ((_LEVELS["above"], FAST, NOSE, 1.0, 0.0, CORE, CALM), {"step": 1e-6}),
        ((position(-40.0, 10.0, 30e3), FAST, NOSE, 1.0, 0.0, FALLING, CALM), {}),
    ]


_CIRCULAR_SPEED = math.sqrt(MU / 6.7e6)
_C, _S = math.cos(0.9), math.sin(0.9)
_NODE = "the node, and the pericenter counted from it, jump where the orbit is equatorial"
_PERICENTER = "the pericenter jumps where the orbit is circular"
ORBITS: dict[str, tuple[Vector, Vector, str]] = {
    "ordinary": ((5.1e6, -3.2e6, 3.4e6), (3.9e3, 6.3e3, 1.1e3), ""),
    "southbound": ((-4.4e6, 1.2e6, -5.3e6), (3.1e3, -5.9e3, -4.7e3), ""),
    "polar": ((6.8e6, 0.0, 1e5), (0.0, 0.0, 7.8e3), ""),
    "retrograde": ((5.1e6, -3.2e6, 3.4e6), (-3.9e3, -6.3e3, 1.1e3), ""),
    "hyperbolic": ((6.6e6, 1e5, -2e5), (1.0e3, 9.0e3, 7.1e3), ""),
    "circular": ((6.7e6, 0.0, 0.0), (0.0, _CIRCULAR_SPEED * _C, _CIRCULAR_SPEED * _S), _PERICENTER),
    "circular equatorial": ((6.7e6, 0.0, 0.0), (0.0, _CIRCULAR_SPEED, 0.0), _NODE),
    "circular retrograde equatorial": ((0.0, 6.7e6, 0.0), (_CIRCULAR_SPEED, 0.0, 0.0), _NODE),
    "equatorial": ((6.7e6, 1e6, 0.0), (100.0, 9.0e3, 0.0), _NODE),
}
# where no component of the eccentricity vector is zero in full, which differences see as rounding
_INCLINED = [(r, v) for name, (r, v, _) in ORBITS.items() if "equatorial" not in name]

_ANOMALIES = [
    at(0.4, 0.01),
    at(-2.3, 0.7308),
    at(3.1, 0.5),
    at(4.0, 0.1),
    at(0.0, 0.6),
    at(1.0, 0.0),
    at(math.pi, 0.3),
]
ELEMENTS = [
    orbit.Elements(6.8e6, 0.01, 0.9, 2.0, -1.1, 0.4),
    orbit.Elements(2.4361e7, 0.7308, 0.497, -1.5, 2.3, 3.0),
    orbit.Elements(6.7e6, 0.0, 0.9, 0.3, 0.0, 1.0),
    orbit.Elements(6.7e6, 0.1, 0.0, 0.0, 0.7, -2.0),
    orbit.Elements(6.7e6, 0.1, math.pi, 0.0, 0.7, -2.0),
    orbit.Elements(-2.0e7, 1.33, 1.2, 0.2, 0.4, 0.6),
]

# (position, velocity, world, how) of motions through the air: fast, blown along, on the pad, over a pole
_MOTIONS: list[tuple[Vector, Vector, Any, dict[str, Any]]] = [
    (FLYING, FAST, CALM, {}),
    (position(28.5, 40.0, 12e3), FAST, WORLD, {}),
    (PAD, PAD_AT_REST, CALM, {"step": _REST}),
    (NORTH_POLE, (0.0, 0.0, 900.0), CALM, {"kink": _JUMP}),
]

_CONDITIONS = [
    (motion.conditions(*arguments), arguments[1], arguments[2])
    for arguments in (
        (FLYING, FAST, NOSE, 1.0, 3.0, FIRST_STAGE, WORLD),
        (PAD, PAD_AT_REST, PAD_PLACE.up, 1.0, 0.0, CORE, CALM),
    )
]

_TABLE = tables.make_table(MACH, _CD0)
_STEEP = tables.make_table((0.0, 0.8, 1.0, 1.2, 5.0), (0.3, 0.3, 0.52, 0.56, 0.25))
_WEIGHTED = tables.make_surface(MACH, ALPHA, LIFT)
_END = "beyond its end a table is constant"
_PLACES = [
    at(FLYING, EARTH),
    at(PAD, EARTH),
    at(position(0.0, 20.0, 300.0), EARTH),
    at(position(-63.0, 180.0, -10e3), EARTH),
    at(position(12.0, -120.0, 5e7), EARTH),
    at(position(28.5, 0.0, 100.0, SPHERE), SPHERE),
    at(NORTH_POLE, EARTH, kink=_JUMP),
    at(SOUTH_POLE, EARTH, kink=_JUMP),
    at((0.0, 0.0, -POLAR_RADIUS - 86e3), EARTH, kink=_JUMP),
    at(position(89.9999999, 45.0, 0.0), EARTH, kink="a centimetre from the axis, all steps cross it"),
]
_ALTITUDES = [
    at(-1e7, kink="below the floor"),
    at(-5e3, kink="the floor"),
    at(0.0),
    at(10999.0, step=1e-6),
    at(15e3),
    at(49.5e3, step=1e-6),
    at(79e3),
    at(85999.0, step=1e-6),
    at(86e3, kink="the layers end"),
    at(86001.0, kink="the layers ended"),
    at(4e5, kink="the layers ended"),
]


def _with(samples: list[Sample], *after: Any, **changed: Any) -> list[Sample]:
    return [s._replace(arguments=(*s.arguments, *after), **changed) for s in samples]


_AIR = [
    *_with([s for s in _ALTITUDES if s.arguments[0] < 86e3], US76),
    at(86e3, US76, kink="the gradient of temperature changes"),
    at(86001.0, US76, step=1e-6),
    at(112e3, US76),
    at(999999.0, US76, step=1e-7),
    at(1e6, US76, kink="the last scale height goes on"),
    at(5e7, US76),
    at(12e3, EXPONENTIAL),
    at(-1e7, EXPONENTIAL),
    at(0.0, NO_AIR),
    at(-1e7, MEASURED_AIR),
    at(0.0, MEASURED_AIR, kink=_END),
    at(6e3, MEASURED_AIR),
    at(16e3, MEASURED_AIR),
    at(30e3, MEASURED_AIR, kink=_END),
    at(2e5, MEASURED_AIR),
]

_U: Vector = (0.36, 0.48, 0.8)
_TILTED: Vector = (0.6, 0.0, 0.8)

DOMAINS: dict[Callable[..., Any], list[Sample]] = {
    vector.dot: [at(FLYING, FAST)],
    vector.cross: [at(FLYING, FAST), at(_U, _U)],
    vector.scaled: [at(3.0, FAST), at(0.0, FAST)],
    vector.subtracted: [at(FLYING, FAST)],
    vector.norm: [at(FAST), at((0.0, 0.0, 0.0), singular="a root at zero, documented")],
    vector.floored_norm: [at(FAST, 1e-3), at((0.0, 0.0, 0.0), 1e-3)],
    tables.cubic: [at(2, _TABLE.cubics, 0.9)],
    tables.table: [
        at(0.7, _TABLE),
        at(1.0, _TABLE),
        at(1.15, _TABLE),
        at(0.9, _STEEP),
        at(1.0, _STEEP, kink="where a C2 curve would overshoot the table is C1"),
        at(0.0, _TABLE, kink=_END),
        at(5.0, _TABLE, kink=_END),
        at(-3.0, _TABLE),
        at(40.0, _TABLE),
        at(7.0, tables.make_table([1.0], [2.0])),
        at(1.3, tables.make_line([1.0, 2.0], [2.0, 5.0])),
    ],
    tables.surface: [
        at(0.7, 0.07, _WEIGHTED),
        at(1.0, 0.1, _WEIGHTED),
        at(1.2, 0.0, _WEIGHTED, kink=_END),
        at(5.0, 0.2, _WEIGHTED, kink=_END),
        at(40.0, 1.5, _WEIGHTED),
        at(1.0, 0.3, tables.make_surface([0.0], [0.0], [[0.5]])),
    ],
    frames.place: _PLACES,
    frames.geodetic_to_ecef: [
        at(0.9, 2.2, 200.0, EARTH),
        at(0.0, -math.pi, 86e3, EARTH),
        at(math.pi / 2, 0.3, 0.0, EARTH),
        at(-math.pi / 2, 0.3, -1e4, EARTH),
        at(0.5, 0.0, 5e7, SPHERE),
    ],
    frames.rotated_about_z: [at(FLYING, 1.1), at(NORTH_POLE, -3.0)],
    frames.ground_velocity: [at(PAD, EARTH), at(NORTH_POLE, EARTH)],
    frames.direction_from_angles: [at(0.3, -2.0, FLYING_PLACE), at(math.pi / 2, 0.0, PAD_PLACE)],
    frames.angles_from_direction: [
        at(NOSE, FLYING_PLACE),
        at(FAST, FLYING_PLACE),
        at(PAD_PLACE.up, PAD_PLACE, singular="straight up there is no azimuth, documented"),
    ],
    frames.angle_between: [
        at(_U, FAST),
        at(_U, vector.scaled(2.0, _U), kink="the tip of a cone"),
        at(_U, vector.scaled(-1.0, _U), kink="the tip of a cone"),
    ],
    gravity.gravity: [
        at(FLYING, EARTH),
        at(FLYING, EARTH_J2),
        at(FLYING, SPHERE),
        at(NORTH_POLE, EARTH),
        at(SOUTH_POLE, EARTH),
        at(position(0.0, 0.0, 0.0), EARTH),
    ],
    gravity.potential: [at(FLYING, EARTH), at(NORTH_POLE, EARTH), at(position(0.0, 0.0, 0.0), SPHERE)],
    atmosphere.geopotential_altitude: [at(0.0), at(86e3), at(-5e3)],
    atmosphere.sound_speed: [at(288.15), at(186.9)],
    atmosphere.us76_layers: _ALTITUDES,
    atmosphere.tabulated_air: [
        at(120e3, US76),
        at(86e3, US76, kink=_END),
        at(2e6, US76),
        at(7e3, MEASURED_AIR),
    ],
    atmosphere.air: _AIR,
    wind.wind_velocity: [
        at(frames.place(position(10.0, 20.0, 8e3), EARTH), JET),
        at(frames.place(position(10.0, 20.0, 5e3), EARTH), STILL),
        at(frames.place(NORTH_POLE, EARTH), JET, kink=_END),
        at(FLYING_PLACE, JET),
    ],
    aerodynamics.air_force: [
        at(2e4, 1.1, _U, _TILTED, WINGED),
        at(2e4, 1.0, _U, _TILTED, SLENDER),
        at(2e4, 1.0, (0.05, 0.0, math.sqrt(1.0 - 0.0025)), (0.0, 0.0, 1.0), SLENDER, kink="a knot in alpha"),
        at(2e4, 1.0, _U, _U, WINGED, step=_ALIGNED),
        at(2e4, 1.2, _U, _U, SLENDER, step=_ALIGNED),
        at(2e4, 3.0, _U, vector.scaled(-1.0, _U), SLENDER, step=_ALIGNED),
        at(2e4, 3.0, _U, _TILTED, BLUNT),
        at(6e-7, 3e-6, _U, (0.0, 0.0, 0.0), WINGED, step=_ALIGNED),
        at(2e4, 3.0, _U, _TILTED, aerodynamics.NO_AERO),
    ],
    propulsion.vacuum_thrust: [at(ENGINES, 0.7, 2.0), at(propulsion.NO_PROPULSION, 1.0, 0.0)],
    propulsion.governed: [
        at(ENGINES, 1.0, 1e5),
        at(GOVERNED, 1.0, 9e4),
        at(GOVERNED, 0.7, 9e4),
        at(GOVERNED, 1.0, 2e4),
        at(propulsion.NO_PROPULSION, 1.0, 1e5),
    ],
    propulsion.back_pressure: [at(ENGINES, 101325.0), at(ENGINES, 0.0)],
    propulsion.mass_flow: [at(ENGINES, 0.7, 2.0), at(propulsion.NO_PROPULSION, 1.0, 0.0)],
    heating.free_molecular_heat_flux: [at(1e-7, 3e3), at(0.0, 1e-3)],
    motion.air_velocity: [at(r, v, frames.place(r, EARTH), world, **how) for r, v, world, how in _MOTIONS],
    motion.along_air: [at(r, v, frames.place(r, EARTH), world, **how) for r, v, world, how in _MOTIONS],
    motion.conditions: [at(*arguments, **how) for arguments, how in flight_states()],
    motion.acceleration: [at(c, u, 2.9e5) for c, _, u in _CONDITIONS],
    motion.rates: [
        at(r, v, 2.9e5, u, throttle, tau, leg, world, **how)
        for (r, v, u, throttle, tau, leg, world), how in flight_states()
    ],
    motion.loss_rates: [
        *(at(c, v, 2.9e5, u) for c, v, u in _CONDITIONS),
        at(_CONDITIONS[0][0], (0.0, 0.0, 0.0), 2.9e5, NOSE, step=_ALIGNED),
    ],
    motion.specific_power: [at(c, v, 2.9e5, u) for c, v, u in _CONDITIONS],
    motion.angle_of_attack: [
        at(_U, FAST),
        at(_U, vector.scaled(2000.0, _U), step=1e-8),
        at(_U, (0.0, 0.0, 0.0), step=_ALIGNED),
        at(PAD_PLACE.up, (1e-3, 0.0, 0.0), step=1e-2),
    ],
    motion.axial_acceleration: [at(c, u, 2.9e5) for c, _, u in _CONDITIONS],
    orbit.elements: [at(r, v, MU, kink=kink) for r, v, kink in ORBITS.values()],
    orbit._eccentricity_vector: [at(r, v, MU) for r, v in _INCLINED],
    orbit._angle_about: [
        at((1.0, 0.2, 0.0), (-0.3, 2.0, 1.0), (0.1, -0.3, 5.0)),
        at(_U, _U, (0.8, -0.6, 0.0)),
    ],
    orbit.state: [at(k, MU) for k in ELEMENTS],
    orbit.perifocal_axis: [at(0.9, 2.0, -1.0), at(0.0, 0.0, 0.0), at(math.pi, 0.0, 3.0)],
    orbit.normal: [at(0.9, 2.0), at(0.0, 0.0)],
    orbit.eccentric_anomaly: _ANOMALIES,
    orbit.mean_anomaly: _ANOMALIES,
    orbit.characteristic_energy: [at(r, v, MU) for r, v, _ in ORBITS.values()],
    # closed orbits too: on its way to an escape an optimiser passes them
    orbit.outgoing_asymptote: [at(r, v, c3, MU) for r, v in _INCLINED for c3 in (1.0, 1e7)],
    orbit.circular_speed: [at(6.7e6, MU)],
    orbit.vis_viva: [at(6.7e6, 2.4e7, MU), at(6.7e6, -2.4e7, MU)],
    orbit.plane_change_delta_v: [at(3070.0, 0.5), at(3070.0, 0.0)],
    orbit.hohmann_delta_v: [at(6.57e6, 4.216e7, MU), at(4.2e7, 6.6e6, MU)],
    orbit.node_rate: [at(6.878e6, 0.001, 1.7, EARTH), at(2.4e7, 0.73, 0.0, EARTH)],
}
