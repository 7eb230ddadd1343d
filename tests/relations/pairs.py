"""Pairs of flights that must agree: programmes told in another way, and when two flights are one.

Two flights are one where all ends of their phases agree to `SAME` of their distance, speed and mass: some mm and um/s.
Steps that fall elsewhere leave a tenth of that, and whatever a relation is about is worth a hundred times as much.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cosmodrome.flight.attitude import POLYNOMIAL, STEERED, Attitude
from cosmodrome.flight.programme import Programme, Step
from cosmodrome.flight.propagate import Flight, fly
from cosmodrome.physics.aerodynamics import Aero
from cosmodrome.physics.frames import geodetic_to_ecef, ground_velocity
from cosmodrome.physics.motion import Environment, Leg
from cosmodrome.physics.propulsion import Propulsion
from tests.flight.worlds import launch

Array = NDArray[np.float64]

SAME = 1e-9


def flown(programme: Programme) -> Flight:
    """The flight of a programme, which must come to its end."""
    flight = fly(programme)
    assert flight.reason is None, flight.reason
    return flight


def ends(programme: Programme) -> Array:
    """States (k, 12) at the ends of the phases of a programme."""
    return flown(programme).phase_ends


def assert_same(found: Array, expected: Array, rel: float = SAME) -> None:
    """That states (k, >= 7) agree to `rel` of distance, speed and mass."""
    assert found.shape[0] == expected.shape[0]
    for name, part in (("r", slice(0, 3)), ("v", slice(3, 6)), ("m", slice(6, 7))):
        apart = np.linalg.norm(found[:, part] - expected[:, part], axis=1)
        size = np.linalg.norm(expected[:, part], axis=1)
        assert (apart <= rel * size).all(), f"{name} differs by {(apart / size).max():.2e}"


def differ(found: Array, expected: Array) -> bool:
    """Whether the paths part by more than 100 times what `assert_same` lets pass: the effect is there to be seen."""
    apart = np.linalg.norm(found[-1, :3] - expected[-1, :3])
    return bool(apart > 100.0 * SAME * np.linalg.norm(expected[-1, :3]))


# --- launches in a world of choice ---------------------------------------------------------------------


def launch_in(world: Environment) -> Programme:
    """The two-stage launch of `tests.flight.worlds` in another world, at rest on its ground."""
    usual = launch()
    pad = geodetic_to_ecef(usual.pad_latitude_rad, 0.0, 10.0, world.earth)
    return replace(usual, environment=world, r_eci_m=pad, v_eci_m_s=ground_velocity(pad, world.earth))


def with_laws(programme: Programme, laws: Iterable[Attitude], **changed: Any) -> Programme:
    """The programme flown by other attitudes, one for every step, and with what else is changed."""
    steps = zip(programme.steps, laws, strict=True)
    return replace(programme, steps=tuple(replace(step, attitude=law) for step, law in steps), **changed)


def laws_of(programme: Programme) -> list[Attitude]:
    """The attitudes of the steps."""
    return [step.attitude for step in programme.steps]


def with_legs(programme: Programme, change: Callable[[Leg], Leg]) -> Programme:
    """The programme with every leg changed; what is booked stays."""
    return replace(programme, steps=tuple(with_leg(step, change(step.phase.leg)) for step in programme.steps))


def with_leg(step: Step, leg: Leg) -> Step:
    """The step with another leg."""
    return replace(step, phase=replace(step.phase, leg=leg))


def with_aero(programme: Programme, change: Callable[[Aero], Aero]) -> Programme:
    """The programme with all aerodynamics changed."""
    return with_legs(programme, lambda leg: leg._replace(aero=change(leg.aero)))


# --- mirrors -------------------------------------------------------------------------------------------

NORTH_SOUTH, EAST_WEST = np.array([1.0, 1.0, -1.0]), np.array([1.0, -1.0, 1.0])


def mirrored(programme: Programme, signs: Array, world: Environment) -> Programme:
    """The programme in a mirror (the signs of x, y, z) that stands in `world`, which must be mirrored as well."""
    is_north_south = signs[2] < 0.0

    def law_in_mirror(law: Attitude) -> Attitude:
        if law.kind == POLYNOMIAL:
            return law._replace(coefficients=law.coefficients * [*signs, 1.0])
        if law.kind == STEERED:
            p = law.parameters.copy()
            p[3] = np.pi - p[3] if is_north_south else -p[3]
            # of a cross product the mirror turns the sense
            p[7:10] *= -signs
            return law._replace(parameters=p)
        return law

    side = 1.0 if is_north_south else -1.0
    return with_laws(
        programme,
        map(law_in_mirror, laws_of(programme)),
        r_eci_m=_vector(signs * programme.r_eci_m),
        v_eci_m_s=_vector(signs * programme.v_eci_m_s),
        environment=world,
        earth_angle_rad=side * programme.earth_angle_rad,
        pad_latitude_rad=-side * programme.pad_latitude_rad,
        pad_longitude_rad=side * programme.pad_longitude_rad,
    )


def assert_mirrored(found: Flight, expected: Flight, signs: Array) -> None:
    """That a flight and all that falls from it are those of the other side of the mirror."""
    assert_same(found.phase_ends * [*signs, *signs, *np.ones(6)], expected.phase_ends)
    # sums of their own, of some km/s, with their own rounding
    assert found.phase_ends[:, 7:] == pytest.approx(expected.phase_ends[:, 7:], rel=1e-8, abs=1e-6)
    side = 1.0 if signs[2] < 0.0 else -1.0
    ours, theirs = (
        [[row[key] for key in ("latitude_deg", "longitude_deg", "downrange_m")] for row in f.drop_points]
        for f in (found, expected)
    )
    assert len(ours) == len(theirs) > 0
    assert np.array(ours) * [-side, side, 1.0] == pytest.approx(np.array(theirs), rel=1e-8)


# --- units ---------------------------------------------------------------------------------------------


def told_in(programme: Programme, world: Environment, length: float, time: float, mass: float) -> Programme:
    """The programme with so many units in a metre, a second and a kilogram, in a `world` told in them."""
    speed = length / time

    def propulsion(p: Propulsion) -> Propulsion:
        newton, flow = mass * speed / time, mass / time
        return Propulsion(
            p.thrust * newton, p.flow * flow, p.exit_area * length**2, p.thrust_rate * newton / time,
            p.flow_rate * flow / time, p.throttled_thrust * newton, p.throttled_flow * flow,
        )  # fmt: skip

    def step(old: Step) -> Step:
        leg, phase = old.phase.leg, old.phase
        leg = Leg(propulsion(leg.propulsion), leg.aero._replace(area=leg.aero.area * length**2))
        flows = tuple(
            replace(f, flow_kg_s=f.flow_kg_s * mass / time, rate_kg_s2=f.rate_kg_s2 * mass / time**2)
            for f in phase.flows
        )
        drops = tuple(replace(d, mass_kg=d.mass_kg * mass) for d in phase.drops)
        phase = replace(phase, leg=leg, flows=flows, drops=drops)
        return Step(phase, old.duration_s * time, _law_in(old.attitude, time))

    masses = programme.masses
    return replace(
        programme,
        t_s=programme.t_s * time,
        r_eci_m=_vector(length * np.array(programme.r_eci_m)),
        v_eci_m_s=_vector(speed * np.array(programme.v_eci_m_s)),
        masses=replace(
            masses,
            initial_kg=masses.initial_kg * mass,
            propellant_kg={stage: kg * mass for stage, kg in masses.propellant_kg.items()},
        ),
        steps=tuple(step(old) for old in programme.steps),
        environment=world,
    )


def _law_in(law: Attitude, time: float) -> Attitude:
    p = law.parameters.copy()
    if law.kind == STEERED:
        p[[0, 1, 4]] *= time
        p[6] /= time
    return law._replace(edges=law.edges * time, parameters=p)


def moved(law: Attitude, by_s: float) -> Attitude:
    """The law, of a polynomial or steered, so many seconds later."""
    p = law.parameters.copy()
    if law.kind == STEERED:
        p[[0, 1, 4]] += by_s
    return law._replace(edges=law.edges + by_s, parameters=p)


def _vector(x: Sequence[float] | Array) -> tuple[float, float, float]:
    a, b, c = (float(each) for each in x)
    return a, b, c
