"""Wind by altitude: the motion OF THE AIR toward east and north, m/s, relative to the rotating Earth."""

from typing import NamedTuple

from numpy.typing import ArrayLike

from cosmodrome.physics.equation import equation
from cosmodrome.physics.tables import Table, make_table, table


class Wind(NamedTuple):
    """Eastward and northward motion of the air (m/s) as tables over geometric altitude (m)."""

    east: Table
    north: Table


@equation
def wind_velocity(local, wind):
    """Return the velocity of the air over the ground (m/s) at a `Place`, in the frame of its axes."""
    e = table(local.altitude, wind.east)
    n = table(local.altitude, wind.north)
    return (
        e * local.east[0] + n * local.north[0],
        e * local.east[1] + n * local.north[1],
        e * local.east[2] + n * local.north[2],
    )


def make_wind(altitude: ArrayLike = (0.0,), east: ArrayLike = (0.0,), north: ArrayLike = (0.0,)) -> Wind:
    """Return the `Wind` through the given rows, still air by default; ValueError as `make_table`."""
    return Wind(make_table(altitude, east), make_table(altitude, north))
