"""What a flight costs in Cosmodrome: a planned ascent of a Soyuz-2.1b from lift-off to separation, flown again.

Three degrees of freedom, the Earth's figure with J2, standard air, tables of thrust and drag, the planned attitude.
"""

from collections.abc import Callable

from harness import flying
from problem import ROOT

_MISSION = ROOT / "examples" / "vostochny-leo.toml"
# as a guess flies, and finely enough for metres
_STEPS_S = (8.0, 1.0)


def load() -> dict[str, Callable[[], str]]:
    """Plan the mission once, and return its flights."""
    import numpy as np

    from cosmodrome.ascent.plan import plan
    from cosmodrome.flight.march import march_programme
    from cosmodrome.flight.packing import pack, stack
    from cosmodrome.flight.propagate import fly
    from cosmodrome.mission.read import read_mission

    planned = plan(read_mission(_MISSION)).flight
    assert planned is not None
    programme = planned.programme
    legs = stack([pack(step.phase.leg) for step in programme.steps])
    laws = stack([pack(step.attitude) for step in programme.steps])
    world, y0 = pack(programme.environment), planned.segments[0].arc.y[0, :7].copy()
    times = np.asarray(programme.times_s)
    drops = np.array([sum(d.mass_kg for d in planned.dropped if d.t_s == end) for end in times[1:]])
    end = planned.end

    def reference() -> str:
        flight = fly(programme)
        return f"{flight.t_s.size} steps to {flight.end.t_s:.1f} s"

    def told() -> str:
        flight = fly(programme)
        record, peaks = flight.to_record(), flight.peaks()
        return f"{len(record['events'])} events, {len(peaks)} peaks, {len(record['drop_points'])} drop points"

    def marched(step_s: float) -> str:
        ends, _ = march_programme(*legs, *laws, world, y0, float(times[0]), np.diff(times), drops, step_s)
        off = float(np.linalg.norm(ends[-1, :3] - np.array(end.r_eci_m)))
        return f"steps of {step_s:g} s, ends {off:.3g} m from the reference"

    return {
        "reference flight": reference,
        "reference flight with events, peaks and falls to the ground": told,
        **{f"march of a guess, steps of {s:g} s": (lambda s=s: marched(s)) for s in _STEPS_S},
    }


if __name__ == "__main__":
    flying("cosmodrome", load)
