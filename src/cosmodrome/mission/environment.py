"""From a mission's environment settings to the `Environment` that the equations take."""

from pathlib import Path

from cosmodrome.errors import MissionFileError
from cosmodrome.files.tables import read_atmosphere_table, read_wind_table
from cosmodrome.mission.schema import EnvironmentSettings
from cosmodrome.physics import atmosphere as air
from cosmodrome.physics import constants
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.motion import Environment
from cosmodrome.physics.wind import Wind, make_wind

_DEGREES = {"point-mass": 0, "j2": 2, "zonal": 6}
_MODELS = {"us76": air.US76, "exponential": air.EXPONENTIAL, "none": air.NONE}


def make_environment(settings: EnvironmentSettings) -> Environment:
    """Return the world that the settings describe, the Earth's own numbers where they are silent.

    Raises MissionFileError when a table of air or wind cannot be read or makes no table.
    """
    return Environment(make_earth(settings), _make_atmosphere(settings), _make_wind(settings))


def make_earth(settings: EnvironmentSettings) -> Earth:
    """Return the figure, spin and gravity of the Earth that the settings describe."""
    f = constants.FLATTENING if settings.earth == "wgs84" else 0.0
    j2 = _given(settings.j2, constants.ZONALS[0])
    return Earth(
        mu=_given(settings.mu_m3_s2, constants.MU),
        radius=_given(settings.equatorial_radius_m, constants.EQUATORIAL_RADIUS),
        e2=f * (2.0 - f),
        rotation=_given(settings.rotation_rad_s, constants.ROTATION_RATE),
        degree=_DEGREES[settings.gravity],
        zonals=(j2, *constants.ZONALS[1:]),
    )


def _given(value: float | None, default: float) -> float:
    return default if value is None else float(value)


def _make_atmosphere(settings: EnvironmentSettings) -> air.Atmosphere:
    if not isinstance(settings.atmosphere, Path):
        return air.make_atmosphere(
            _MODELS[settings.atmosphere],
            rho0=_given(settings.rho0_kg_m3, 1.225),
            scale_height=_given(settings.scale_height_m, 7200.0),
        )
    rows = read_atmosphere_table(settings.atmosphere, MissionFileError)
    names = ("altitude_m", "temperature_k", "pressure_pa", "density_kg_m3")
    h, temperature, pressure, density = (rows[name] for name in names)
    try:
        return air.make_atmosphere(air.TABLE, columns=(h, temperature, pressure, density))
    except ValueError as problem:
        raise MissionFileError(str(problem), file=settings.atmosphere) from problem


def _make_wind(settings: EnvironmentSettings) -> Wind:
    if not isinstance(settings.wind, Path):
        return make_wind()
    rows = read_wind_table(settings.wind, MissionFileError)
    try:
        return make_wind(rows["altitude_m"], rows["wind_east_m_s"], rows["wind_north_m_s"])
    except ValueError as problem:
        raise MissionFileError(str(problem), file=settings.wind) from problem
