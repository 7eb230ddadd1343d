"""Delta III to GTO: seconds for guess, build and cold solve, and for a neighbour on the built program; mass and time.

Published optimum: 7 529.7123 kg at 924.1392 s (Benson 2005; Betts; GPOPS-II, PSOPT and mpopt examples).
"""

from dataclasses import replace
from typing import Any

from measure import ROOT, Row, deliver, options, pin_one_core, row, timed


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__, 9)
    pin_one_core()
    deliver("delta_iii", rows(chosen.repetitions), chosen.repetitions, as_json=chosen.json)


def rows(repetitions: int) -> list[Row]:
    """Return the figures of `repetitions` searches, after one that is not counted, and of one whole plan."""
    from cosmodrome.ascent.plan import plan
    from cosmodrome.ascent.problem import pose
    from cosmodrome.ascent.search import Search
    from cosmodrome.mission.read import read_mission

    mission = read_mission(ROOT / "examples" / "delta-iii.toml")

    def search() -> tuple[Search, Any]:
        searching = Search(pose(mission))
        return searching, searching.cold()

    search()  # loads the compiled kernels
    total, parts, again = [], {"guess": [], "build": [], "solve": []}, []
    for _ in range(repetitions):
        (searching, attempt), seconds = timed(search)
        assert attempt.is_feasible
        total.append(seconds)
        for name, spent in parts.items():
            spent.append(searching.seconds[name])
        target = attempt.problem.question.target
        further = attempt.problem.with_question(
            target=replace(target, semi_major_axis_m=target.semi_major_axis_m + 100e3)
        )
        neighbour, seconds = timed(lambda s=searching, a=attempt, p=further: s.neighbour(a, p))
        assert neighbour.is_feasible
        again.append(seconds)
    whole, whole_seconds = timed(lambda: plan(mission))
    assert whole.flight is not None
    return [
        row("guess + build + cold solve", "s", total, 0.5),
        *(row(f"  {name}", "s", spent) for name, spent in parts.items()),
        row("re-solve with a + 100 km on the built program", "s", again, 0.02),
        row("whole plan: flown, refined, second start", "s", [whole_seconds]),
        row("final mass (published 7529.7123)", "kg", [whole.flight.final_mass_kg]),
        row("  distance from the published", "kg", [abs(whole.flight.final_mass_kg - 7529.7123)], 0.01),
        row("insertion (published 924.139)", "s", [whole.flight.insertion.t_s]),
        row("  distance from the published", "s", [abs(whole.flight.insertion.t_s - 924.139)], 0.01),
    ]


if __name__ == "__main__":
    main()
