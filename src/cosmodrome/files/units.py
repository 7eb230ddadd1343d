"""The only place where km, deg, kN, h and g become SI units and radians.

A number's unit is the suffix of its key.  A key of the file formats is written here once with its usual
suffix ("perigee_altitude_km"); any other suffix of the same dimension is read as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property

from cosmodrome.physics.constants import G0

_FOOT_M = 0.3048
_DEG = math.pi / 180.0


@dataclass(frozen=True)
class Dimension:
    """A kind of quantity: the suffix of its SI unit, and the factor to SI of every suffix."""

    name: str
    si: str
    factors: dict[str, float]


DIMENSIONS = tuple(
    Dimension(name, next(iter(factors)), factors)  # the SI unit stands first
    for name, factors in (
        ("length", {"m": 1.0, "km": 1e3, "ft": _FOOT_M}),
        ("area", {"m2": 1.0, "ft2": _FOOT_M**2}),
        ("mass", {"kg": 1.0, "t": 1e3}),
        ("time", {"s": 1.0, "min": 60.0, "h": 3600.0}),
        ("angle", {"rad": 1.0, "deg": _DEG}),
        ("angular rate", {"rad_s": 1.0, "deg_s": _DEG}),
        ("speed", {"m_s": 1.0, "km_s": 1e3, "ft_s": _FOOT_M}),
        ("acceleration", {"m_s2": 1.0, "g": G0}),
        ("force", {"n": 1.0, "kn": 1e3, "mn": 1e6}),
        ("impulse", {"n_s": 1.0, "kn_s": 1e3}),
        ("pressure", {"pa": 1.0, "kpa": 1e3, "hpa": 1e2, "bar": 1e5}),
        ("pressure times angle", {"pa_rad": 1.0, "kpa_rad": 1e3, "pa_deg": _DEG, "kpa_deg": 1e3 * _DEG}),
        ("heat flux", {"w_m2": 1.0, "kw_m2": 1e3}),
        ("mass flow", {"kg_s": 1.0, "t_s": 1e3}),
        ("density", {"kg_m3": 1.0, "g_m3": 1e-3}),
        ("temperature", {"k": 1.0}),
        ("specific energy", {"m2_s2": 1.0, "km2_s2": 1e6}),
        ("gravitational parameter", {"m3_s2": 1.0, "km3_s2": 1e9}),
    )
)
_CAPITALS = {
    "pa": "Pa",
    "kpa": "kPa",
    "hpa": "hPa",
    "n": "N",
    "kn": "kN",
    "mn": "MN",
    "w": "W",
    "kw": "kW",
    "k": "K",
}
_PRODUCTS = ("impulse", "pressure times angle")  # every other suffix of several words is a quotient
_OF_SUFFIX = {suffix: d for d in DIMENSIONS for suffix in d.factors}


def unit_words(suffix: str) -> str:
    """A suffix as people write the unit: "km2_s2" is km2/s2, "kpa_deg" is kPa deg."""
    words = [_CAPITALS.get(word, word) for word in suffix.split("_")]
    return (" " if _OF_SUFFIX[suffix].name in _PRODUCTS else "/").join(words)


@dataclass(frozen=True)
class Quantity:
    """A dimensional key: its stem, its dimension, and the suffix it usually has."""

    stem: str
    dimension: Dimension
    usual: str

    @property
    def key(self) -> str:
        """The key as the formats show it."""
        return f"{self.stem}_{self.usual}"

    @property
    def si_key(self) -> str:
        """The key with the SI suffix: the name of the field it becomes."""
        return f"{self.stem}_{self.dimension.si}"

    @cached_property
    def keys(self) -> dict[str, float]:
        """Every way to write the key, with its factor to SI."""
        return {f"{self.stem}_{suffix}": factor for suffix, factor in self.dimension.factors.items()}


@cache
def quantity(key: str) -> Quantity:
    """The quantity that a key with its unit suffix names; ValueError when the suffix is no known unit.

    The longest suffix wins: "tail_off_impulse_n_s" is an impulse, not a time.
    """
    words = key.split("_")
    for first in range(1, len(words)):
        suffix = "_".join(words[first:])
        if suffix in _OF_SUFFIX:
            return Quantity("_".join(words[:first]), _OF_SUFFIX[suffix], suffix)
    raise ValueError(f"{key} has no unit suffix")
