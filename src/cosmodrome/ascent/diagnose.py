"""Why there is no verified plan, in physical words: what is short, by how much, and the nearest change that would
do."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from cosmodrome.ascent import walk
from cosmodrome.ascent.limits import FILE_KEYS
from cosmodrome.ascent.problem import Problem
from cosmodrome.ascent.search import Attempt, Search
from cosmodrome.ascent.targets import shape
from cosmodrome.ascent.verify import (
    PAYLOAD_GAP_KG,
    POSITION_GAP_M,
    VELOCITY_GAP_M_S,
    LimitCheck,
    TargetGap,
    Verification,
)
from cosmodrome.flight.propagate import Flight
from cosmodrome.mission.schema import DEFAULT_MAX_COAST_S, Target
from cosmodrome.physics.atmosphere import air
from cosmodrome.physics.constants import G0
from cosmodrome.physics.frames import place
from cosmodrome.physics.orbit import elements

# a rocket that still has this share of its final mass as payload has not run out of velocity: the solver stopped, not
# it
_PAYLOAD_LEFT = 0.2


@dataclass(frozen=True)
class Nearest:
    """The nearest change that makes the mission feasible: one key of its file, with what it then carries."""

    key: str
    value: float
    unit: str
    payload_kg: float


@dataclass(frozen=True)
class Diagnosis:
    """One cause: `code` of the contract, one sentence, the key to look at, and the nearest feasible change if known."""

    code: str
    message: str
    shortfall_m_s: float | None = None
    key: str | None = None
    nearest_feasible: Nearest | None = None

    @property
    def leaves_kg(self) -> float:
        """Payload (kg) of the nearest feasible change, zero where none is known."""
        return self.nearest_feasible.payload_kg if self.nearest_feasible else 0.0


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
    spare = thrust / G0 - timeline.mass_without_payload_kg
    nearest = Nearest("objective.payload_kg", spare, "kg", spare) if spare > 0.0 and payload else None
    return Diagnosis(
        "thrust-to-weight-below-one",
        f"the vehicle does not lift off: its thrust on the pad is {thrust / 1e3:.4g} kN and its weight "
        f"{mass * G0 / 1e3:.4g} kN (thrust-to-weight {ratio:.3f})",
        None,
        "vehicle",
        nearest,
    )


class Reach:
    """Takes an easier question to the asked one: arrives with an attempt, or stops with a diagnosis."""

    def __init__(self, problem: Problem, progress: Callable[[str], None]):
        self.problem, self.progress = problem, progress

    def answer(self) -> tuple[Search, Attempt] | Diagnosis:
        """The optimum of the asked question with the search that found it, or why there is none."""
        asked = self.problem
        by_payload = self._by_payload()
        if by_payload is not None:
            return by_payload
        target = walk.low_orbit(asked)
        reachable = walk.reachable_inclination(asked)
        if reachable is not None:
            target = replace(target, inclination_rad=reachable)
        objective = replace(asked.question.objective, maximize="payload", payload_kg=None)
        eased = asked.with_question(target=target, objective=objective)
        flux = asked.limits.fairing_heat_flux_w_m2
        if flux is not None:
            eased = eased.with_limit("fairing_heat_flux_w_m2", max(flux, 1135.0))
        if asked.way.burns > 1:
            eased = eased.with_longest_coast(max(asked.longest_coast_s, _longest_needed(asked)))
        search = Search(eased, self.progress)
        attempt = search.arrived()
        if not attempt.is_feasible and target.has_node:
            return self._node(eased, attempt)
        if not attempt.is_feasible:
            return self._nothing(attempt)
        for aspect in (self._orbit, self._inclination, self._flux, self._coast, self._objective):
            found = aspect(search, attempt)
            if isinstance(found, Diagnosis):
                return found
            attempt = found
        return search, attempt

    def _by_payload(self) -> tuple[Search, Attempt] | Diagnosis | None:
        """The answer to a question with a given payload from the largest that could be given; None where that is not
        found, or nobody gave one."""
        objective = self.problem.question.objective
        if objective.maximize == "payload":
            return None
        free = replace(objective, maximize="payload", payload_kg=None)
        search = Search(self.problem.with_question(objective=free), self.progress)
        attempt = search.arrived()
        if not attempt.is_feasible:
            return None
        found = self._objective(search, attempt)
        return found if isinstance(found, Diagnosis) else (search, found)

    def _node(self, eased: Problem, attempt: Attempt) -> Diagnosis:
        """Blame the node when the ascent is feasible with a free one."""
        free = replace(eased.question.target, ra_of_asc_node_rad=None, arg_of_pericenter_rad=None)
        found = Search(eased.with_question(target=free), self.progress).arrived()
        if not found.is_feasible:
            return self._nothing(attempt)
        end = found.solution.states[-1][-1]
        mu = self.problem.environment.earth.mu
        node = math.degrees(elements(tuple(end[:3]), tuple(end[3:6]), mu).Omega) % 360.0
        asked = math.degrees(self.problem.question.target.ra_of_asc_node_rad or 0.0) % 360.0
        away = abs(math.remainder(asked - node, 360.0))
        return Diagnosis(
            "insufficient-delta-v",
            f"the node at {asked:.2f} deg is {away:.1f} deg from the one at {node:.2f} deg that this lift-off reaches "
            f"without turning the plane, too far to turn; there the rocket carries {found.solution.payload_kg:.0f} kg",
            None,
            "target.ra_of_asc_node_deg",
            Nearest("target.ra_of_asc_node_deg", node, "deg", found.solution.payload_kg),
        )

    def _nothing(self, attempt: Attempt) -> Diagnosis:
        if not attempt.solution.is_converged or attempt.solution.virtual_m_s < 1.0:
            return Diagnosis(
                "not-converged",
                f"the solver found no ascent even to a low orbit ({attempt.solution.return_status}); try another "
                "launch_direction, vertical_rise_s, or looser limits",
            )
        short = attempt.solution.virtual_m_s
        stage = attempt.timeline.burns[-1].stage
        return Diagnosis(
            "insufficient-delta-v",
            f"even to a low orbit and without a payload {stage} is short by {short:.0f} m/s",
            short,
            "vehicle",
        )

    def _orbit(self, search: Search, attempt: Attempt) -> Attempt | Diagnosis:
        low = attempt.problem.question.target

        def ask(at: float) -> Problem:
            return attempt.problem.with_question(target=walk.toward_orbit(self.problem, low, at))

        found = walk.walk(search, attempt, ask)
        if found.arrived:
            return found.attempt
        return self._short(found, *self._altitude(found.attempt.problem.question.target))

    def _altitude(self, reached: Target) -> tuple[str, float, str]:
        if reached.c3_m2_s2 is not None:
            return "target.c3_km2_s2", math.floor(reached.c3_m2_s2 / 1e4) / 1e2, "km2/s2"
        asked, radius = self.problem.question.target, self.problem.environment.earth.radius
        apogee = (reached.apogee_radius_m or 0.0) - radius
        perigee = (reached.perigee_radius_m or 0.0) - radius
        if not shape(asked).is_eccentric or (asked.apogee_radius_m or 0.0) - radius <= apogee + 1.0:
            return "target.perigee_altitude_km", math.floor(perigee / 1e3), "km"
        return "target.apogee_altitude_km", math.floor(apogee / 1e3), "km"

    def _short(self, found: walk.Walk, key: str, value: float, unit: str) -> Diagnosis:
        payload = found.attempt.solution.payload_kg
        if payload > _PAYLOAD_LEFT * found.attempt.solution.final_mass_kg:
            return Diagnosis(
                "not-converged",
                f"the solver came no farther than {key} = {value:.6g}, where the rocket carries {payload:.0f} kg",
                None,
                key,
                Nearest(key, value, unit, payload),
            )
        stage = found.attempt.timeline.burns[-1].stage
        return Diagnosis(
            "insufficient-delta-v",
            f"even without a payload {stage} {found.lack}; at {key} = {value:.6g} it carries {payload:.0f} kg",
            found.shortfall_m_s,
            key,
            Nearest(key, value, unit, payload),
        )

    def _inclination(self, search: Search, attempt: Attempt) -> Attempt | Diagnosis:
        asked = self.problem.question.target.inclination_rad
        start = attempt.problem.question.target.inclination_rad
        if asked is None or start is None or asked == start:
            return attempt
        # an equatorial plane has other rows than an inclined one; a hundredth of a degree beside it is as hard to reach
        goal = min(max(asked, 2e-4), math.pi - 2e-4)

        def ask(at: float) -> Problem:
            i = goal if at == 1.0 else start + at * (goal - start)
            return attempt.problem.with_question(
                target=replace(attempt.problem.question.target, inclination_rad=i)
            )

        found = walk.walk(search, attempt, ask)
        if found.arrived and goal == asked:
            return found.attempt
        reached = math.degrees(found.attempt.problem.question.target.inclination_rad or 0.0)
        payload = found.attempt.solution.payload_kg
        return Diagnosis(
            "inclination-below-latitude",
            f"from this latitude {math.degrees(start):.2f} deg is the nearest inclination without turning the plane; "
            f"turning it to {math.degrees(asked):.2f} deg {found.lack}: at {math.degrees(start):.2f} deg the rocket "
            f"carries {attempt.solution.payload_kg:.0f} kg, at {reached:.2f} deg {payload:.0f} kg",
            found.shortfall_m_s,
            "target.inclination_deg",
            Nearest("target.inclination_deg", reached, "deg", payload),
        )

    def _flux(self, search: Search, attempt: Attempt) -> Attempt | Diagnosis:
        asked = self.problem.limits.fairing_heat_flux_w_m2
        start = attempt.problem.limits.fairing_heat_flux_w_m2
        if asked is None or start is None or asked == start:
            return attempt

        def ask(at: float) -> Problem:
            return attempt.problem.with_limit(
                "fairing_heat_flux_w_m2",
                walk.between(start, asked, at) if at < 1.0 else asked,
            )

        found = walk.walk(search, attempt, ask)
        if found.arrived:
            return found.attempt
        return limit_blocks(self.problem, "fairing_heat_flux_w_m2", found)

    def _coast(self, search: Search, attempt: Attempt) -> Attempt | Diagnosis:
        asked, start = self.problem.longest_coast_s, attempt.problem.longest_coast_s
        if self.problem.way.burns == 1 or asked == start:
            return attempt
        # what is flown needs less than what was eased
        flown = max(
            float(attempt.solution.durations[list(tie.phases)].sum())
            for tie in attempt.timeline.ties
            if ".coast-" in tie.name
        )
        start = max(asked, min(start, 1.01 * flown))

        def ask(at: float) -> Problem:
            return attempt.problem.with_longest_coast(asked if at == 1.0 else walk.between(start, asked, at))

        found = walk.walk(search, attempt, ask)
        if found.arrived:
            return found.attempt
        reached, payload = found.attempt.problem.longest_coast_s, found.attempt.solution.payload_kg
        stage = self.problem.vehicle.last_stage
        is_stages = (
            stage.max_coast_s is not None and stage.max_coast_s < self.problem.mission.profile.max_coast_s
        )
        key = f"{stage.id}.max_coast_s" if is_stages else "profile.max_coast_s"
        return Diagnosis(
            "coast-too-long",
            f"the orbit needs a longer coast between burns than {asked:.0f} s: with {reached:.0f} s the rocket carries "
            f"{payload:.0f} kg",
            found.shortfall_m_s,
            key,
            Nearest(key, math.ceil(reached), "s", payload),
        )

    def _objective(self, search: Search, attempt: Attempt) -> Attempt | Diagnosis:
        objective = self.problem.question.objective
        if objective.maximize == "payload" or objective.payload_kg is None:
            return replace(attempt, problem=self.problem)
        most, asked = attempt.solution.payload_kg, objective.payload_kg

        def ask(at: float) -> Problem:
            payload = asked if at == 1.0 else most + at * (asked - most)
            return self.problem.with_question(
                target=attempt.problem.question.target, objective=replace(objective, payload_kg=payload)
            )

        found = walk.walk(search, attempt, ask)
        if found.arrived:
            return replace(found.attempt, problem=self.problem)
        if asked < most:
            return Diagnosis(
                "not-converged",
                f"the rocket carries {most:.0f} kg there, but no ascent with {asked:.0f} kg converged",
                None,
                "objective.payload_kg",
                Nearest("objective.payload_kg", most, "kg", most),
            )
        stage = attempt.timeline.burns[-1].stage
        return Diagnosis(
            "insufficient-delta-v",
            f"{stage} {found.lack}; the payload must drop by {asked - most:.0f} kg to {most:.0f} kg",
            found.shortfall_m_s,
            "objective.payload_kg",
            Nearest("objective.payload_kg", most, "kg", most),
        )


def _longest_needed(problem: Problem) -> float:
    """A coast (s) that is long enough for any two burns on the way to the target."""
    target, mu = problem.question.target, problem.environment.earth.mu
    a = target.semi_major_axis_m if not target.is_escape else problem.environment.earth.radius
    return max(DEFAULT_MAX_COAST_S, 2.0 * math.pi * math.sqrt(a**3 / mu))


def limit_blocks(problem: Problem, name: str, taken: walk.Walk) -> Diagnosis:
    """Return the diagnosis of a limit that was taken some way but not to its value.

    It blocks where the elastic optimum at its value needs virtual velocity, where little payload is left on the way, or
    where it is an acceleration that no throttle can lower; where none of these was seen the solver stopped, and says
    so.
    """
    key, attempt = FILE_KEYS[name], taken.attempt
    value, reached = getattr(problem.limits, name), getattr(attempt.problem.limits, name)
    payload = attempt.solution.payload_kg
    nearest = Nearest(f"limits.{key.key}", reached / key.factor, key.unit, payload)
    words = (
        f"limits.{key.key} = {value / key.factor:.6g}; at {reached / key.factor:.5g} the rocket carries "
        f"{payload:.0f} kg"
    )
    is_proved = (
        taken.beyond is not None
        or payload < _PAYLOAD_LEFT * attempt.solution.final_mass_kg
        or (
            name == "max_axial_acceleration_m_s2"
            and not any(phase.is_throttled for phase in attempt.timeline.phases)
        )
    )
    if not is_proved:
        return Diagnosis(
            "not-converged", f"the solver stopped before it could keep {words}", None, nearest.key, nearest
        )
    return Diagnosis("limit-blocks", f"no ascent was found that keeps {words}", None, nearest.key, nearest)


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
        return Diagnosis("gap-too-large", f"the flight did not reach its target: it {flight.reason}")
    broken = [check for check in checks if not check.is_kept]
    if broken:
        return _broken(broken[0])
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
