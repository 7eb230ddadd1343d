"""The order of the free events: which one an optimum presses for, where a phase between two of them has no length left.

A program is built for one order, which is ours and not the mission's; the next one is built for the order pressed for.
"""

import numpy as np
from numpy.typing import NDArray

from cosmodrome.ascent.attempt import Attempt
from cosmodrome.ascent.guess import nominal_times
from cosmodrome.ascent.layout import SHORTEST_S
from cosmodrome.catalogue.timeline import Timeline
from cosmodrome.physics.frames import place
from cosmodrome.physics.motion import conditions

Order = tuple[tuple[str, int], ...]

# a free phase as short as this (s) has been squeezed against the order of events
_SQUEEZED_S = 1.02 * SHORTEST_S
# a phase of fixed length that is this long (s) is a place for an event to be, not only to pass
_WIDE_S = 2.0


def order_of(timeline: Timeline) -> Order:
    """Return the free events with the phases that they end, which says which comes before which."""
    return tuple(sorted(timeline.free.items()))


def unsqueezed(attempt: Attempt) -> dict[str, float] | None:
    """Return times (s) of the free events, those moved on that press against a neighbour; None when none does."""
    timeline, durations = attempt.timeline, attempt.solution.durations
    times = nominal_times(timeline, durations)
    moved = False
    repeated = {burn.stage for burn in timeline.burns if len(burn.windows) > 1}
    for key, k in timeline.free.items():
        if k >= len(durations) or k == timeline.insertion or key.rpartition(".")[0] in repeated:
            # the order of one stage's own burns is no choice
            continue
        if k + 1 < len(durations) and durations[k + 1] < _SQUEEZED_S and not timeline.phases[k + 1].is_fixed:
            times[key] += _past_fixed(timeline, durations, k + 1, 1) + 1.0
            moved = True
        elif durations[k] < _SQUEEZED_S and not timeline.phases[k].is_fixed:
            times[key] -= _past_fixed(timeline, durations, k, -1) + 1.0
            moved = True
        elif key.endswith(".release") and not timeline.phases[k].flows:
            # when in a coast a mass leaves makes no difference, so nothing presses it into the burn before
            thin = _thin_air(attempt, k)
            if thin < float(durations[:k].sum()):
                times[key] = timeline.t0_s + thin + 1.0
                moved = True
    return times if moved else None


def _thin_air(attempt: Attempt, last: int) -> float:
    """When (s after the start) the heat flux has fallen below its limit for good, seen from the end of phase `last`."""
    limit, environment = attempt.problem.limits.fairing_heat_flux_w_m2, attempt.problem.environment
    solution, leg = attempt.solution, attempt.timeline.phases[last].leg
    begins = np.concatenate([[0.0], np.cumsum(solution.durations)])
    for k in range(last, -1, -1):
        for s, y in zip(solution.mesh[k].points[::-1], solution.states[k][::-1], strict=True):
            r, v = tuple(y[:3]), tuple(y[3:6])
            up = place(r, environment.earth).up
            flux = conditions(r, v, up, 1.0, 0.0, leg, environment).heat_flux
            if limit is None or flux > limit:
                return float(begins[k] + s * solution.durations[k])
    return 0.0


def _past_fixed(timeline: Timeline, durations: NDArray[np.float64], k: int, step: int) -> float:
    """Seconds to the far side of the short phases of fixed length that lie next to phase k in one direction.

    Into a long one an event may go.
    """
    total, k = float(durations[k]), k + step
    while 0 <= k < len(durations) and timeline.phases[k].is_fixed and durations[k] < _WIDE_S:
        total += float(durations[k])
        k += step
    return total
