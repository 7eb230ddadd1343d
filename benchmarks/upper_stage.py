"""Two burns of a Fregat to three kinds of orbit: seconds for one solve with its construction, for a neighbour on the
program that it built, and for the whole plan."""

from dataclasses import replace
from typing import TYPE_CHECKING

from measure import ROOT, Row, deliver, options, pin_one_core, row, timed

if TYPE_CHECKING:
    from cosmodrome.ascent.attempt import Attempt
    from cosmodrome.ascent.search import Search
    from cosmodrome.mission.schema import Mission

# missions with the seconds aimed at for one solve
ORBITS = {
    "Sun-synchronous": ("examples/vostochny-sso.toml", 1.2),
    "geostationary transfer": ("examples/cases/V19.toml", 3.0),
    "half a day (Molniya)": ("benchmarks/upper_stage_molniya.toml", 3.0),
}
# a neighbour's semi-major axis, as a share of the first one's
_ASIDE = 1.001


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__, 3)
    pin_one_core()
    from cosmodrome.mission.read import read_mission

    found = []
    for orbit, (file, target_s) in ORBITS.items():
        mission = read_mission(ROOT / file)
        found += rows(orbit, mission, chosen.repetitions, target_s)
    deliver("upper_stage", found, chosen.repetitions, as_json=chosen.json)


def rows(orbit: str, mission: "Mission", repetitions: int, target_s: float) -> list[Row]:
    """Return the figures of `repetitions` searches, neighbours and plans, after one search that is not counted."""
    from cosmodrome.ascent.problem import pose
    from cosmodrome.ascent.search import Search

    two = _burning(mission, 2)
    Search(pose(two)).arrived()  # loads the compiled kernels
    one, near = [], []
    parts: dict[str, list[float]] = {"guess": [], "build": [], "solve": []}
    for _ in range(repetitions):
        searching = Search(pose(two))
        attempt, seconds = timed(searching.arrived)
        assert attempt.is_feasible
        one.append(seconds)
        for name, spent in parts.items():
            spent.append(searching.seconds[name])
        near.append(_neighbour_s(searching, attempt))
    return [
        row(f"{orbit}: one solve with its construction", "s", one, target_s),
        *(row(f"  {name}", "s", spent) for name, spent in parts.items()),
        row("  a neighbour on the same program", "s", near, 0.3),
        *_plans("two burns", two, repetitions, 6.0),
        *_plans('burns "auto"', _burning(mission, "auto"), repetitions, 10.0),
    ]


def _neighbour_s(searching: "Search", attempt: "Attempt") -> float:
    """Seconds to the optimum of an orbit with another semi-major axis, from a solved attempt."""
    target = searching.problem.question.target
    aside = replace(target, semi_major_axis_m=_ASIDE * target.semi_major_axis_m)
    problem = searching.problem.with_question(target=aside)
    found, seconds = timed(lambda: searching.neighbour(attempt, problem))
    assert found.is_feasible
    return seconds


def _plans(way: str, mission: "Mission", repetitions: int, target_s: float) -> list[Row]:
    """Seconds of whole plans, and their payload."""
    from cosmodrome.ascent.plan import plan

    found, seconds = zip(*(timed(lambda: plan(mission)) for _ in range(repetitions)), strict=True)
    verified = [answer.payload_kg for answer in found if answer.status == "verified"]
    payload = [row(f"  payload, {way}", "kg", verified)] if verified else []
    return [
        row(f"  whole plan, {way}", "s", list(seconds), target_s),
        *payload,
        row(f"  plans not verified, {way}", "", [float(len(found) - len(verified))], 0.0),
    ]


def _burning(mission: "Mission", burns: int | str) -> "Mission":
    return replace(mission, profile=replace(mission.profile, upper_stage_burns=burns))


if __name__ == "__main__":
    main()
