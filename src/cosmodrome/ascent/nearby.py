"""Where a neighbour's optimum will be, from three plans around it: a start nearer than any of them."""

from dataclasses import replace

import numpy as np

from cosmodrome.ascent.parameters import scales_of
from cosmodrome.ascent.plan import Plan
from cosmodrome.ascent.scaling import canonical
from cosmodrome.ascent.solve import moved


def across(plan: Plan, end: Plan, begin: Plan) -> Plan | None:
    """Return a plan to start from, moved as the optima of two others lie apart: the fourth corner of their
    parallelogram, or where `plan` is `end` the next place on their line.

    None where the three do not share one program and its scales.
    """
    attempts = [one.attempt for one in (plan, end, begin)]
    first, second, third = attempts
    if first is None or second is None or third is None:
        return None
    scales = [np.hstack(scales_of(a.parameters, a.solution.p)) for a in (first, second, third)]
    if not (first.solver is second.solver is third.solver) or any((s != scales[0]).any() for s in scales):
        return None
    solution = moved(
        first.solution,
        first.parameters,
        canonical(first.problem.environment.earth),
        second.solution,
        third.solution,
    )
    return replace(plan, attempt=replace(first, solution=solution))
