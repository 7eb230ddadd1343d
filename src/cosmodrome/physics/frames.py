"""The rotating Earth, its ellipsoid, and the frames that a launch is told in.

ECI   inertial, z along the pole; x is the CIO when there is an epoch, else the site's meridian at lift-off.
ECEF  rotates with the Earth, x at the zero meridian: r_ecef = R3(theta) r_eci with theta the Earth's angle.
ENU   east, north, up at a point, up along the normal of the ellipsoid.

The Earth is symmetric about its axis, so altitude, latitude and the local axes follow from r_eci without its
angle.

    a, e2    equatorial radius (m) and squared eccentricity of the ellipsoid; 0 is a sphere, whose latitude is
             geocentric

Sources: [B] B. R. Bowring, Survey Review 28 (1985) 202: iteration on the parametric latitude; [V] D. Vallado,
Fundamentals of Astrodynamics and Applications, 4th ed. (2013), sec. 3.2 and 4.4.
"""

from typing import NamedTuple

from cosmodrome.physics.equation import atan2, cos, equation, sin, sqrt, where
from cosmodrome.physics.vector import cross, dot

# Squared distance from the axis (m^2) below which a point counts as on it: the east has no direction there.
_AXIS = 1e-14
# Squared sine (1e-15 rad) under roots that have no gradient where two directions are parallel.
_PARALLEL = 1e-30


class Earth(NamedTuple):
    """Figure, spin and gravity of the Earth.

    mu (m^3/s^2), radius (equatorial, m), e2 (squared eccentricity), rotation (rad/s), degree of the gravity
    field (0 point mass, 2 with J2, 6 with J2 to J6), zonals (J2, J3, J4, J5, J6).
    """

    mu: float
    radius: float
    e2: float
    rotation: float
    degree: int
    zonals: tuple[float, float, float, float, float]


class Place(NamedTuple):
    """Geodetic altitude (m), sine and cosine of the geodetic latitude, and the local east, north and up axes.

    The axes are expressed in the frame of the position they were found from.
    """

    altitude: float
    sin_latitude: float
    cos_latitude: float
    east: tuple[float, float, float]
    north: tuple[float, float, float]
    up: tuple[float, float, float]


@equation
def place(r, earth):
    """Return the `Place` of position r (ECI or ECEF), to 1e-6 m from -10 km to 50 000 km of altitude.

    Within 1e-7 m of the axis the meridian of x is taken, so that the axes stay a frame on the pole; only east
    and north jump there, altitude and up are smooth. Not defined within 43 km of the Earth's centre, where
    the normal is not unique.
    Source: [B], in sine and cosine so that neither pole nor equator is special. Two iterations leave rounding from
    10 km below the ellipsoid to 50 000 km above it, where one leaves 0.3 m.
    """
    a = earth.radius
    axis_ratio = sqrt(1.0 - earth.e2)
    b = a * axis_ratio
    squared = r[0] * r[0] + r[1] * r[1]
    on_axis = squared < _AXIS
    # the root has no gradient at zero
    p = sqrt(where(on_axis, _AXIS, squared))
    x = where(on_axis, 1.0, r[0] / p)
    y = where(on_axis, 0.0, r[1] / p)
    z = r[2]
    s = z * a
    c = p * b
    for _ in range(2):
        k = 1.0 / sqrt(s * s + c * c)
        s = s * k
        c = c * k
        numerator = z + earth.e2 / (1.0 - earth.e2) * b * s * s * s
        denominator = p - earth.e2 * a * c * c * c
        s = numerator * axis_ratio
        c = denominator
    k = 1.0 / sqrt(numerator * numerator + denominator * denominator)
    sin_latitude = numerator * k
    cos_latitude = denominator * k
    altitude = p * cos_latitude + z * sin_latitude - a * sqrt(1.0 - earth.e2 * sin_latitude * sin_latitude)
    east = (-y, x, 0.0)
    up = (cos_latitude * r[0] / p, cos_latitude * r[1] / p, sin_latitude)
    north = (-sin_latitude * x, -sin_latitude * y, cos_latitude)
    return Place(altitude, sin_latitude, cos_latitude, east, north, up)


@equation
def geodetic_to_ecef(latitude, longitude, altitude, earth):
    """Return r_ecef (m) of a geodetic latitude and longitude (rad) and altitude (m); [V] eq. 3-14."""
    s = sin(latitude)
    n = earth.radius / sqrt(1.0 - earth.e2 * s * s)
    p = (n + altitude) * cos(latitude)
    return (p * cos(longitude), p * sin(longitude), (n * (1.0 - earth.e2) + altitude) * s)


@equation
def rotated_about_z(r, angle):
    """Return r turned by `angle` (rad) about z, counter-clockwise seen from the north.

    r_eci = rotated_about_z(r_ecef, theta) and r_ecef = rotated_about_z(r_eci, -theta).
    """
    c = cos(angle)
    s = sin(angle)
    return (c * r[0] - s * r[1], s * r[0] + c * r[1], r[2])


@equation
def ground_velocity(r, earth):
    """Return the inertial velocity omega x r (m/s) of a point that turns with the Earth."""
    return (-earth.rotation * r[1], earth.rotation * r[0], 0.0)


@equation
def direction_from_angles(elevation, azimuth, local):
    """Return the unit vector at an elevation and an azimuth from north over east (rad) of a `Place`."""
    n = cos(elevation) * cos(azimuth)
    e = cos(elevation) * sin(azimuth)
    u = sin(elevation)
    return (
        e * local.east[0] + n * local.north[0] + u * local.up[0],
        e * local.east[1] + n * local.north[1] + u * local.up[1],
        e * local.east[2] + n * local.north[2] + u * local.up[2],
    )


@equation
def angles_from_direction(d, local):
    """Return (elevation, azimuth) in rad of the vector d at a `Place`.

    Azimuth counts from north over east, in (-pi, pi]; straight up or down it means nothing, without gradient.
    """
    e = dot(d, local.east)
    n = dot(d, local.north)
    u = dot(d, local.up)
    return (atan2(u, sqrt(e * e + n * n + _PARALLEL * dot(d, d))), atan2(e, n))


@equation
def angle_between(a, b):
    """Angle between two vectors, rad in [0, pi]; exact for small angles, where the arc cosine is not.

    Its gradient is zero where they are parallel (a cone's tip has none) and not finite for a vector of no
    length.
    """
    c = cross(a, b)
    return atan2(sqrt(dot(c, c) + _PARALLEL * dot(a, a) * dot(b, b)), dot(a, b))
