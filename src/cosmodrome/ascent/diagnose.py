"""Why there is no verified plan, in physical words: what is short, by how much, and the nearest change that would
do."""

import math
from dataclasses import dataclass, replace

from cosmodrome.ascent import walk
from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.limits import FILE_KEYS
from cosmodrome.ascent.problem import Problem
from cosmodrome.ascent.search import Search
from cosmodrome.ascent.verify import (
    PAYLOAD_GAP_KG,
    POSITION_GAP_M,
    VELOCITY_GAP_M_S,
    LimitCheck,
    TargetGap,
    Verification,
)
from cosmodrome.flight.audit import DELTA_V_GAP_M_S, ENERGY_GAP, MASS_GAP
from cosmodrome.flight.propagate import Flight
from cosmodrome.physics.atmosphere import air
from cosmodrome.physics.constants import G0
from cosmodrome.physics.frames import place

# a rocket that still has this share of its final mass as payload has not run out of velocity: the solver stopped, not
# it
PAYLOAD_LEFT = 0.2


@dataclass(frozen=True)
class Nearest:
    """The nearest change that makes the mission feasible: one key of its file, with what it then carries."""

    key: str
    value: float
    unit: str
    payload_kg: float


@dataclass(frozen=True)
class Diagnosis:
    """One cause: `code` of the contract, one sentence, the key to look at, and the nearest feasible change if known.

    The change is one to a round value on the feasible side of the edge; the payload is that at the edge, or more.
    """

    code: str
    message: str
    shortfall_m_s: float | None = None
    key: str | None = None
    nearest_feasible: Nearest | None = None

    def is_nearer_than(self, other: "Diagnosis") -> bool:
        """Whether what is offered lies nearer to what was asked: the same orbit before another one, then the larger
        payload."""
        return self._nearness > other._nearness

    @property
    def _nearness(self) -> tuple[bool, float]:
        near = self.nearest_feasible
        return (not near.key.startswith("target."), near.payload_kg) if near else (False, 0.0)


def thrust_to_weight(problem: Problem) -> Diagnosis | None:
    """Return the diagnosis of a vehicle that cannot leave its pad, None for one that can (or does not start there)."""
    if problem.mission.initial_state is not None:
        return None
    timeline = problem.timeline()
    phase = timeline.phases[0]
    payload = problem.question.objective.payload_kg or 0.0
    mass = timeline.mass_without_payload_kg + payload
    height = place(problem.question.start[:3], problem.environment.earth).altitude
    pressure = air(height, problem.environment.atmosphere).pressure
    p = phase.leg.propulsion
    thrust = p.thrust + p.throttled_thrust * phase.throttle_max - pressure * p.exit_area
    ratio = thrust / (mass * G0)
    if ratio > 1.0:
        return None
    is_payloads_fault = thrust > timeline.mass_without_payload_kg * G0
    return Diagnosis(
        "thrust-to-weight-below-one",
        f"the vehicle does not lift off: its thrust on the pad is {thrust / 1e3:.4g} kN and its weight "
        f"{mass * G0 / 1e3:.4g} kN (thrust-to-weight {ratio:.3f})",
        None,
        "objective.payload_kg" if is_payloads_fault else "vehicle",
        _largest_payload(problem) if is_payloads_fault else None,
    )


def _largest_payload(problem: Problem) -> Nearest | None:
    """The largest payload to the target as a change of the mission; None where that is not found."""
    free = replace(problem.question.objective, maximize="payload", payload_kg=None)
    found = Search(problem.with_question(objective=free)).arrived()
    if not found.is_feasible:
        return None
    payload = found.solution.payload_kg
    return Nearest("objective.payload_kg", payload, "kg", payload)


def limit_blocks(problem: Problem, name: str, taken: walk.Walk, near: Attempt | None) -> Diagnosis:
    """Return the diagnosis of a limit that was taken some way but not to its value; `near` is the farthest optimum on
    that way that a flight confirms, which is what is offered.

    It blocks where the elastic optimum at its value needs virtual velocity, where little payload is left on the way, or
    where it is an acceleration that no throttle can lower; where none of these was seen the solver stopped, and says
    so.
    """
    key = FILE_KEYS[name]
    words, offer = f"limits.{key.key} = {getattr(problem.limits, name) / key.factor:.6g}", None
    if near is not None:
        kept, payload = getattr(near.problem.question.limits, name) / key.factor, near.solution.payload_kg
        words += f"; at {kept:.5g} the rocket carries {payload:.0f} kg"
        offer = Nearest(f"limits.{key.key}", _eased(name, kept), key.unit, payload)
    last = taken.attempt
    is_proved = (
        taken.beyond is not None
        or last.solution.payload_kg < PAYLOAD_LEFT * last.solution.final_mass_kg
        or (
            name == "max_axial_acceleration_m_s2"
            and not any(phase.is_throttled for phase in last.timeline.phases)
        )
    )
    code, what = "limit-blocks", "no ascent was found that keeps"
    if not is_proved:
        code, what = "not-converged", "the solver stopped before it could keep"
    return Diagnosis(code, f"{what} {words}", None, f"limits.{key.key}", offer)


def _eased(name: str, value: float) -> float:
    """A limit's value at the edge rounded to three digits on its easier side: the edge itself is hard to hit again."""
    step = 10.0 ** (math.floor(math.log10(value)) - 2)
    digits = math.floor(value / step) if name.startswith("min_") else math.ceil(value / step)
    return float(f"{digits * step:.3g}")


def agree(a: float, b: float) -> bool:
    """Whether two starts reached the same optimum, to a thousandth."""
    return abs(a - b) <= 1e-3 * max(abs(a), abs(b), 1.0)


# --- verdicts on a plan that was flown -------------------------------------------------------------------------------


def unverified(
    verification: Verification, second_kg: float | None, first_kg: float, is_squeezed: bool
) -> Diagnosis | None:
    """Return why a converged plan is not verified, None when it is."""
    if verification.flight.reason is not None:
        return Diagnosis("gap-too-large", f"flown from lift-off the plan {verification.flight.reason}")
    if verification.broken:
        return _broken(verification.broken[0])
    for stage in verification.flight.stages:
        if stage["usable_propellant_left_kg"] < -PAYLOAD_GAP_KG:
            return Diagnosis(
                "bound-active",
                f"the plan burns {-stage['usable_propellant_left_kg']:.6g} kg more than {stage['id']} has to use",
                None,
                f"{stage['id']}.cutoff",
            )
    if not verification.is_close:
        return Diagnosis(
            "gap-too-large",
            f"flown from lift-off the plan misses itself by {verification.position_gap_m:.3g} m, "
            f"{verification.velocity_gap_m_s:.3g} m/s and {verification.payload_gap_kg:.3g} kg, more than "
            f"{POSITION_GAP_M:.0f} m, {VELOCITY_GAP_M_S} m/s or {PAYLOAD_GAP_KG:.0f} kg",
        )
    if not verification.flight.audit.is_closed:
        return _unbalanced(verification.flight)
    if is_squeezed:
        return Diagnosis(
            "bound-active",
            "the order given to the free events still presses on the optimum; impose their times in [sequence]",
            None,
            "sequence",
        )
    if second_kg is None:
        return Diagnosis("starts-disagree", "no second start converged, so nothing confirms the optimum")
    if not agree(second_kg, first_kg):
        return Diagnosis(
            "starts-disagree",
            f"two starts disagree: {first_kg:.2f} kg and {second_kg:.2f} kg; the better one is given, "
            "another may be better yet",
        )
    return None


def unreached(flight: Flight, checks: tuple[LimitCheck, ...], gap: TargetGap) -> Diagnosis:
    """Return why a flight that nothing was planned for is no verified answer."""
    if flight.reason is not None:
        return Diagnosis(
            "gap-too-large", f"the flight did not reach its target: it {flight.reason}", None, "target"
        )
    broken = [check for check in checks if not check.is_kept]
    if broken:
        return _broken(broken[0])
    if gap.is_close:
        return _unbalanced(flight)
    return Diagnosis(
        "gap-too-large",
        f"the flight ends {gap.position_m:.3g} m and {gap.velocity_m_s:.3g} m/s away from the target orbit, more than "
        f"{POSITION_GAP_M:.0f} m or {VELOCITY_GAP_M_S} m/s",
        None,
        "target",
    )


def _broken(check: LimitCheck) -> Diagnosis:
    return Diagnosis(
        "limit-broken",
        f"the flight breaks limits.{check.name} = {check.limit:.6g}: it reaches {check.peak:.6g} at {check.t_s:.1f} s",
        None,
        f"limits.{check.name}",
    )


def _unbalanced(flight: Flight) -> Diagnosis:
    found = flight.audit
    return Diagnosis(
        "gap-too-large",
        f"the books of the flight do not close: energy by {found.energy_gap:.3g}, velocity by "
        f"{found.delta_v_gap_m_s:.3g} m/s, mass by {found.mass_gap:.3g}, more than {ENERGY_GAP:g}, "
        f"{DELTA_V_GAP_M_S:g} m/s or {MASS_GAP:g}; this is a fault of the program, please report it",
    )
