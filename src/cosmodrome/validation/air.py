"""The air against the printed tables of the U.S. Standard Atmosphere 1976, and its equations above 86 km."""

import math
from collections.abc import Sequence

from cosmodrome.physics.atmosphere import EFFECTIVE_RADIUS, US76, air, make_atmosphere
from cosmodrome.validation.truths import Truth, rows

_QUANTITIES = ("temperature", "pressure", "density", "upper_pressure", "upper_density", "copied_density")

GAS_CONSTANT_J_KMOL_K = 8314.32
"""The standard's R*."""


def measure(_: Sequence[Truth]) -> dict[str, float]:
    """Return the largest errors: temperature (K) and, relative, pressure and density up to 86 km, and both above."""
    atmosphere = make_atmosphere(US76)
    worst = dict.fromkeys(_QUANTITIES, 0.0)
    for point in rows("us76_layers.csv"):
        here = air(geometric_altitude(point["geopotential_altitude_m"]), atmosphere)
        worst["temperature"] = max(worst["temperature"], abs(here.temperature - point["temperature_k"]))
        worst["pressure"] = max(worst["pressure"], abs(here.pressure / point["pressure_pa"] - 1.0))
        worst["density"] = max(worst["density"], abs(here.density / point["density_kg_m3"] - 1.0))
    for point in rows("us76_upper.csv"):
        here = air(point["altitude_m"], atmosphere)
        worst["upper_pressure"] = max(
            worst["upper_pressure"], abs(here.pressure / point["pressure_pa"] - 1.0)
        )
        gas = GAS_CONSTANT_J_KMOL_K * kinetic_temperature(point["altitude_m"]) / point["molar_mass_kg_kmol"]
        worst["upper_density"] = max(
            worst["upper_density"], abs(here.density * gas / point["pressure_pa"] - 1.0)
        )
    for point in rows("us76_densities.csv"):
        here = air(point["altitude_m"], atmosphere)
        worst["copied_density"] = max(
            worst["copied_density"], abs(here.density / point["density_kg_m3"] - 1.0)
        )
    return {f"us76.{key}": value for key, value in worst.items()}


def geometric_altitude(geopotential_m: float) -> float:
    """Return the geometric altitude (m) of a geopotential one: the inverse of the standard's eq. 18."""
    return EFFECTIVE_RADIUS * geopotential_m / (EFFECTIVE_RADIUS - geopotential_m)


def kinetic_temperature(altitude_m: float) -> float:
    """Return the kinetic temperature (K) at a geometric altitude from 86 to 1000 km by the standard's eq. 25, 27, 29
    and 31."""
    km = altitude_m / 1e3
    if km <= 91.0:
        return 186.8673
    if km <= 110.0:
        return 263.1905 - 76.3232 * math.sqrt(1.0 - ((km - 91.0) / 19.9429) ** 2)
    if km <= 120.0:
        return 240.0 + 12.0 * (km - 110.0)
    xi = (km - 120.0) * (6356.766 + 120.0) / (6356.766 + km)
    return 1000.0 - 640.0 * math.exp(-0.01875 * xi)
