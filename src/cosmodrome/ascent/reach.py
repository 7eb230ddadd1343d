"""Why the search found nothing: an easier question taken to the asked one, and what stops it on the way."""

import math
from collections.abc import Callable
from dataclasses import replace

from cosmodrome.ascent import walk
from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.diagnose import PAYLOAD_LEFT, Diagnosis, Nearest, limit_blocks
from cosmodrome.ascent.improve import confirmed, farthest_flown
from cosmodrome.ascent.problem import Problem
from cosmodrome.ascent.search import Search
from cosmodrome.ascent.targets import shape
from cosmodrome.flight.liftoff import ltan_of
from cosmodrome.mission.schema import DEFAULT_MAX_COAST_S, Target
from cosmodrome.physics.orbit import elements

# a walk to a longest coast that stops this many times above it has not merely lost its way at the end
_FAR = 2.0
# inclinations are offered in steps of this
_INCLINATION_STEP_DEG = 0.1


class Reach:
    """Takes an easier question to the asked one: arrives with an attempt, or stops with a diagnosis."""

    def __init__(self, problem: Problem, progress: Callable[[str], None]):
        self.problem, self.progress = problem, progress

    def answer(self) -> tuple[Search, Attempt] | Diagnosis:
        """The optimum of the asked question with the search that found it, or why there is none."""
        asked = self.problem
        for shortcut in (self._by_payload, self._by_coast):
            found = shortcut()
            if found is not None:
                return found
        target = walk.low_orbit(asked)
        reachable = walk.reachable_inclination(asked)
        if reachable is not None:
            target = replace(target, inclination_rad=reachable)
        eased = asked.for_payload().with_question(target=target)
        flux = asked.limits.fairing_heat_flux_w_m2
        if flux is not None:
            eased = eased.with_limit("fairing_heat_flux_w_m2", max(flux, 1135.0))
        if asked.way.burns > 1:
            eased = eased.with_longest_coast(max(asked.longest_coast_s, _longest_needed(asked)))
        search = Search(eased, self.progress)
        attempt = search.arrived()
        if not attempt.is_feasible and target.has_node:
            return self._node()
        if not attempt.is_feasible:
            return self._corridor() or self._nothing(attempt)
        for aspect in (self._orbit, self._inclination, self._flux, self._coast, self._objective):
            taken = aspect(search, attempt)
            if isinstance(taken, Diagnosis):
                return taken
            attempt = taken
        return search, attempt

    def _by_payload(self) -> tuple[Search, Attempt] | Diagnosis | None:
        """The answer to a question with a given payload from the largest that could be given; None where that is not
        found, or nobody gave one."""
        if self.problem.question.objective.maximize == "payload":
            return None
        search = Search(self.problem.for_payload(), self.progress)
        attempt = search.arrived()
        if not attempt.is_feasible:
            return None
        found = self._objective(search, attempt)
        return found if isinstance(found, Diagnosis) else (search, found)

    def _by_coast(self) -> tuple[Search, Attempt] | Diagnosis | None:
        """The answer to a question with a longest coast from one that leaves it longer; None where that is not found,
        or would be no longer."""
        asked, longest = self.problem, _longest_needed(self.problem)
        if asked.way.burns == 1 or asked.longest_coast_s >= longest:
            return None
        search = Search(asked.with_longest_coast(longest), self.progress)
        attempt = search.arrived()
        if not attempt.is_feasible:
            return None
        found = self._coast(search, attempt)
        return found if isinstance(found, Diagnosis) else (search, replace(found, problem=asked))

    def _node(self) -> Diagnosis:
        """Blame the node where the ascent is feasible with a free one, else what it lacks even so."""
        target = self.problem.question.target
        free = self.problem.with_question(target=replace(target, ra_of_asc_node_rad=None))
        found = Search(free, self.progress).arrived()
        if not found.is_feasible:
            answer = Reach(free, self.progress).answer()
            if isinstance(answer, Diagnosis):
                return answer
            found = answer[1]
        end, payload = found.solution.states[-1][-1], found.solution.payload_kg
        node = elements(tuple(end[:3]), tuple(end[3:6]), self.problem.environment.earth.mu).Omega
        away = abs(math.remainder((target.ra_of_asc_node_rad or 0.0) - node, 2.0 * math.pi))
        key, asked, nearest, unit = self._node_as_asked(node, found)
        return Diagnosis(
            "insufficient-delta-v",
            f"the node at {asked:.2f} {unit} is {math.degrees(away):.1f} deg from the one at {nearest:.2f} {unit} that "
            f"this lift-off reaches without turning the plane, too far to turn; there the rocket carries "
            f"{payload:.0f} kg",
            None,
            key,
            Nearest(key, nearest, unit, payload),
        )

    def _node_as_asked(self, node_rad: float, found: Attempt) -> tuple[str, float, float, str]:
        """The mission's key for its node, the value there, that of another node, and their unit."""
        asked, epoch = self.problem.mission.target, self.problem.mission.epoch_utc
        if asked.ltan_h is not None and epoch is not None:
            t_s = found.timeline.t0_s + float(found.solution.durations.sum())
            return "target.ltan_h", asked.ltan_h, ltan_of(node_rad, epoch, t_s), "h"
        node = self.problem.question.target.ra_of_asc_node_rad or 0.0
        return "target.ra_of_asc_node_deg", math.degrees(node), math.degrees(node_rad) % 360.0, "deg"

    def _corridor(self) -> Diagnosis | None:
        """Blame the launch azimuths where the ascent is feasible with any."""
        limits = self.problem.limits
        low, high = limits.launch_azimuth_min_rad, limits.launch_azimuth_max_rad
        if low is None or high is None:
            return None
        free = replace(limits, launch_azimuth_min_rad=None, launch_azimuth_max_rad=None)
        question = replace(self.problem.question, limits=free)
        found = Search(replace(self.problem, limits=free, question=question), self.progress).arrived()
        if not found.is_feasible:
            return None
        return Diagnosis(
            "limit-blocks",
            f"no ascent was found with a launch azimuth from {math.degrees(low):.6g} to {math.degrees(high):.6g} deg; "
            f"with any azimuth the rocket carries {found.solution.payload_kg:.0f} kg",
            None,
            "limits.launch_azimuth_min_deg",
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
        return self._short(found, farthest_flown(search, found, ask) or attempt)

    def _altitude(self, reached: Target) -> tuple[str, float, str]:
        if reached.c3_m2_s2 is not None:
            return "target.c3_km2_s2", math.floor(reached.c3_m2_s2 / 1e4) / 1e2, "km2/s2"
        asked, radius = self.problem.question.target, self.problem.environment.earth.radius
        apogee = (reached.apogee_radius_m or 0.0) - radius
        perigee = (reached.perigee_radius_m or 0.0) - radius
        if not shape(asked).is_eccentric or (asked.apogee_radius_m or 0.0) - radius <= apogee + 1.0:
            return "target.perigee_altitude_km", math.floor(perigee / 1e3), "km"
        return "target.apogee_altitude_km", math.floor(apogee / 1e3), "km"

    def _short(self, found: walk.Walk, near: Attempt) -> Diagnosis:
        key, value, unit = self._altitude(near.problem.question.target)
        left, payload = found.attempt.solution.payload_kg, near.solution.payload_kg
        if found.beyond is None and left > PAYLOAD_LEFT * found.attempt.solution.final_mass_kg:
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
        near = farthest_flown(search, found, ask) or attempt
        reached = math.degrees(near.problem.question.target.inclination_rad or 0.0)
        payload = near.solution.payload_kg
        # the edge itself is hard to hit again: what is offered lies a little on this side of it
        steps = reached / _INCLINATION_STEP_DEG
        offered = _INCLINATION_STEP_DEG * (math.ceil(steps) if asked < start else math.floor(steps))
        return Diagnosis(
            "inclination-below-latitude",
            f"from this latitude {math.degrees(start):.2f} deg is the nearest inclination without turning the plane; "
            f"turning it to {math.degrees(asked):.2f} deg {found.lack}: at {math.degrees(start):.2f} deg the rocket "
            f"carries {attempt.solution.payload_kg:.0f} kg, at {reached:.2f} deg {payload:.0f} kg",
            found.shortfall_m_s,
            "target.inclination_deg",
            Nearest("target.inclination_deg", round(offered, 6), "deg", payload),
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
        near = farthest_flown(search, found, ask)
        return limit_blocks(self.problem, "fairing_heat_flux_w_m2", found, near)

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
        reached, left = found.attempt.problem.longest_coast_s, found.attempt.solution.payload_kg
        payload = (confirmed(search, attempt) or attempt).solution.payload_kg
        stage = self.problem.vehicle.last_stage
        is_stages = (
            stage.max_coast_s is not None and stage.max_coast_s < self.problem.mission.profile.max_coast_s
        )
        key = f"{stage.id}.max_coast_s" if is_stages else "profile.max_coast_s"
        # with the shortest coast there is nothing left to carry: offered is the one that the optimum takes
        nearest = Nearest(key, math.ceil(start), "s", payload)
        is_far = reached > _FAR * asked
        if not is_far and found.beyond is None and left > PAYLOAD_LEFT * found.attempt.solution.final_mass_kg:
            return Diagnosis(
                "not-converged",
                f"the solver came no farther than coasts of {reached:.0f} s, with which the rocket carries {left:.0f} "
                f"kg; with one of {start:.0f} s it carries {payload:.0f} kg",
                None,
                key,
                nearest,
            )
        return Diagnosis(
            "coast-too-long",
            f"no ascent was found that coasts for at most {asked:.0f} s between burns: with one of {reached:.0f} s the "
            f"rocket carries {left:.0f} kg, with {start:.0f} s {payload:.0f} kg",
            found.shortfall_m_s,
            key,
            nearest,
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
        digits = 0 if asked - most >= 10.0 else 2
        return Diagnosis(
            "insufficient-delta-v",
            f"{stage} {found.lack}; the payload must drop by {asked - most:.{digits}f} kg to {most:.{digits}f} kg",
            found.shortfall_m_s,
            "objective.payload_kg",
            Nearest("objective.payload_kg", most, "kg", most),
        )


def _longest_needed(problem: Problem) -> float:
    """A coast (s) that is long enough for any two burns on the way to the target."""
    target, mu = problem.question.target, problem.environment.earth.mu
    a = target.semi_major_axis_m if not target.is_escape else problem.environment.earth.radius
    return max(DEFAULT_MAX_COAST_S, 2.0 * math.pi * math.sqrt(a**3 / mu))
