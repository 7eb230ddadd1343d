"""Soyuz-2.1b from Vostochny to 200 x 240 km: seconds for one solve with its construction, and for the whole plan."""

from measure import ROOT, Row, deliver, options, pin_one_core, row, timed


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__, 5)
    pin_one_core()
    deliver("vostochny", rows(chosen.repetitions), chosen.repetitions, as_json=chosen.json)


def rows(repetitions: int) -> list[Row]:
    """Return the figures of `repetitions` searches and plans, after one search that is not counted."""
    from cosmodrome.ascent.plan import plan
    from cosmodrome.ascent.problem import pose
    from cosmodrome.ascent.search import Search
    from cosmodrome.mission.read import read_mission

    mission = read_mission(ROOT / "examples" / "vostochny-leo.toml")
    Search(pose(mission)).cold()  # loads the compiled kernels
    one, parts, whole, payload = [], {"guess": [], "build": [], "solve": []}, [], []
    for _ in range(repetitions):
        searching = Search(pose(mission))
        attempt, seconds = timed(searching.cold)
        assert attempt.is_feasible
        one.append(seconds)
        for name, spent in parts.items():
            spent.append(searching.seconds[name])
        found, seconds = timed(lambda: plan(mission))
        assert found.status == "verified"
        whole.append(seconds)
        payload.append(found.payload_kg)
    return [
        row("one solve with its construction", "s", one, 0.6),
        *(row(f"  {name}", "s", spent) for name, spent in parts.items()),
        row("whole plan, kernels cached", "s", whole, 4.0),
        row("payload", "kg", payload),
    ]


if __name__ == "__main__":
    main()
