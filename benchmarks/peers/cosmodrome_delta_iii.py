"""Delta III in Cosmodrome: Radau collocation, exact derivatives by CasADi, IPOPT with MUMPS, a guess that is flown.

Two settings: "search" is what the peers do, the optimum of one program; "plan" is what a user gets, the same flown
again by the other integrator, its mesh refined, a second start searched. Reading both files is counted as cold.
"""

from dataclasses import replace
from typing import Any

from harness import Answer, Solver, solving
from problem import MISSION, NEIGHBOUR_M


def load(setting: str) -> Solver:
    """Import the rooms of Cosmodrome that it uses and return its solver."""
    import casadi  # noqa: F401  what is imported here is counted as import

    import cosmodrome.ascent.plan  # noqa: F401

    return _Plan() if setting == "plan" else _Search()


class _Search:
    def cold(self) -> Answer:
        from cosmodrome.ascent.problem import pose
        from cosmodrome.ascent.search import Search
        from cosmodrome.mission.read import read_mission

        search = Search(pose(read_mission(MISSION)))
        attempt = search.cold()
        return _answer(attempt, attempt.is_feasible, (search, attempt))

    def warm(self, former: Answer) -> Answer:
        """Solve on the compiled program, other numbers put into it, from the former optimum."""
        search, attempt = former.left
        target = attempt.problem.question.target
        target = replace(target, semi_major_axis_m=target.semi_major_axis_m + NEIGHBOUR_M)
        near = search.neighbour(attempt, attempt.problem.with_question(target=target))
        return _answer(near, near.is_feasible, None)


class _Plan:
    def cold(self) -> Answer:
        from cosmodrome.ascent.plan import plan
        from cosmodrome.mission.read import read_mission

        found = plan(read_mission(MISSION))
        assert found.attempt is not None
        return _answer(found.attempt, found.status == "verified", None, found.status)

    def warm(self, former: Answer) -> None:
        """Not offered as one: the search's is."""


def _answer(attempt: Any, is_converged: bool, left: Any, status: str = "") -> Answer:
    solution, t0_s = attempt.solution, attempt.timeline.t0_s
    cuts, program = solution.mesh, solution.program
    points = sum(cut.intervals * cut.degree for cut in cuts)
    size = {
        "variables": len(solution.w),
        "rows": len(solution.lam_g),
        "mesh": f"{sum(cut.intervals for cut in cuts)} intervals, {points} Radau points",
    }
    end_s = t0_s + float(solution.durations[: program.timeline.insertion + 1].sum())
    return Answer(solution.final_mass_kg, end_s, is_converged, status or solution.return_status, size, left)


if __name__ == "__main__":
    solving("cosmodrome", load, ("search", "plan"))
