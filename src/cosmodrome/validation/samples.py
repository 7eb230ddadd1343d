"""How many flights a claim about a quantile needs: order statistics, whatever the distribution.

Source: S. S. Wilks, Ann. Math. Statist. 12 (1941) 91: the (m+1)-th worst of n flights lies beyond the quantile q with
the confidence c as soon as the binomial probability of at most m flights beyond it, sum over k <= m of
C(n, k) (1 - q)^k q^(n - k), is at most 1 - c.
"""

import math
from collections.abc import Sequence

from cosmodrome.validation.truths import Truth


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return the numbers of flights that the truths ask for: group.quantile_confidence_misses."""
    asked = {
        "samples.99_73_at_90": (0.9973, 0.90, 0),
        "samples.99_865_at_90": (0.99865, 0.90, 0),
        "samples.99_73_at_90_one_miss": (0.9973, 0.90, 1),
        "samples.99_865_at_90_one_miss": (0.99865, 0.90, 1),
        "samples.99_73_at_95": (0.9973, 0.95, 0),
    }
    return {id_: float(flights_needed(*claim)) for id_, claim in asked.items()}


def flights_needed(quantile: float, confidence: float, misses: int) -> int:
    """Return the fewest flights of which at most `misses` may lie beyond a quantile that is then claimed."""
    few, many = misses, misses + 1
    while _chance(many, quantile, misses) > 1.0 - confidence:
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        if _chance(middle, quantile, misses) > 1.0 - confidence:
            few = middle
        else:
            many = middle
    return many


def _chance(flights: int, quantile: float, misses: int) -> float:
    """Probability that at most `misses` of the flights lie beyond the quantile."""
    return math.fsum(
        math.comb(flights, k) * (1.0 - quantile) ** k * quantile ** (flights - k) for k in range(misses + 1)
    )
