"""Osculating orbital elements, both ways, and the closed forms of two-body motion that a mission needs.

    a e i        semi-major axis (m), eccentricity, inclination (rad)
    Omega omega  right ascension of the ascending node, argument of pericenter (rad);   nu  true anomaly (rad)
    h            specific angular momentum (m^2/s);   C3  twice the specific energy (m^2/s^2)

For a circular orbit omega counts from the node and nu from there; for an equatorial one Omega is zero and
omega counts from x: the angles are then conventions, their sum is physics.

Sources: D. Vallado, Fundamentals of Astrodynamics and Applications, 4th ed. (2013), algorithms 9 and 10;
[G] General Mission Analysis Tool (GMAT), Mathematical Specifications, NASA: outgoing asymptote.
"""

from typing import NamedTuple

from cosmodrome.physics.equation import atan2, cos, equation, sin, sqrt, where
from cosmodrome.physics.vector import cross, dot, norm, scaled, subtracted

_CIRCULAR = 1e-11
_EQUATORIAL = 1e-11


class Elements(NamedTuple):
    """Osculating elements: a (m; negative beyond escape), e, i in [0, pi], others in (-pi, pi] (rad)."""

    a: float
    e: float
    i: float
    Omega: float
    omega: float
    nu: float


@equation
def _eccentricity_vector(r, v, mu):
    """The vector toward the pericenter whose length is the eccentricity; Vallado, algorithm 9."""
    return subtracted(scaled(1.0 / mu, cross(v, cross(r, v))), scaled(1.0 / norm(r), r))


@equation
def elements(r, v, mu):
    """Return the `Elements` of position r (m) and velocity v (m/s); not defined on a straight line, h = 0."""
    h = cross(r, v)
    distance = norm(r)
    e_vector = _eccentricity_vector(r, v, mu)
    # the offset keeps the root's gradient finite for a circle; it adds 1e-30 to e^2
    e = sqrt(dot(e_vector, e_vector) + 1e-30)
    a = 1.0 / (2.0 / distance - dot(v, v) / mu)
    # as above, for the equator: 1e-15 rad of inclination
    h_plane = sqrt(h[0] * h[0] + h[1] * h[1] + 1e-30 * dot(h, h))
    tilted = h_plane > _EQUATORIAL * norm(h)
    node_x = where(tilted, -h[1], 1.0)
    node_y = where(tilted, h[0], 0.0)
    node = (node_x, node_y, 0.0)
    eccentric = e > _CIRCULAR
    pericenter = (
        where(eccentric, e_vector[0], node_x),
        where(eccentric, e_vector[1], node_y),
        where(eccentric, e_vector[2], 0.0),
    )
    return Elements(
        a,
        e,
        atan2(h_plane, h[2]),
        atan2(node_y, node_x),
        _angle_about(node, pericenter, h),
        _angle_about(pericenter, r, h),
    )


@equation
def _angle_about(start, end, axis):
    """Angle (rad) from `start` to `end`, positive about `axis`, all three vectors of any length."""
    k = 1.0 / norm(axis)
    return atan2(k * dot(cross(start, end), axis), dot(start, end))


@equation
def state(k, mu):
    """Return (r, v) in m and m/s of the `Elements` k; the inverse of `elements`."""
    p = k.a * (1.0 - k.e * k.e)
    distance = p / (1.0 + k.e * cos(k.nu))
    speed = sqrt(mu / p)
    u = k.omega + k.nu
    P = perifocal_axis(k.i, k.Omega, u)
    Q = perifocal_axis(k.i, k.Omega, u + 1.5707963267948966)
    radial = speed * k.e * sin(k.nu)
    along = speed * (1.0 + k.e * cos(k.nu))
    return (
        (distance * P[0], distance * P[1], distance * P[2]),
        (radial * P[0] + along * Q[0], radial * P[1] + along * Q[1], radial * P[2] + along * Q[2]),
    )


@equation
def perifocal_axis(i, Omega, u):
    """Return the unit vector at argument of latitude u in the plane of inclination i and node Omega (rad)."""
    return (
        cos(Omega) * cos(u) - sin(Omega) * sin(u) * cos(i),
        sin(Omega) * cos(u) + cos(Omega) * sin(u) * cos(i),
        sin(u) * sin(i),
    )


@equation
def normal(i, Omega):
    """Return the unit vector normal to the plane of inclination i and node Omega (rad), along its motion."""
    return (sin(i) * sin(Omega), -sin(i) * cos(Omega), cos(i))


@equation
def eccentric_anomaly(nu, e):
    """Return the eccentric anomaly (rad, in the same half turn as nu) at true anomaly nu (rad, within a turn).

    On an ellipse; Vallado eq. 2-14.
    """
    return 2.0 * atan2(sqrt(1.0 - e) * sin(0.5 * nu), sqrt(1.0 + e) * cos(0.5 * nu))


@equation
def mean_anomaly(nu, e):
    """Return the mean anomaly (rad) at true anomaly nu (rad) on an ellipse: Kepler's equation, Vallado eq. 2-4."""
    E = eccentric_anomaly(nu, e)
    return E - e * sin(E)


@equation
def characteristic_energy(r, v, mu):
    """Return C3 (m^2/s^2) of position r (m) and velocity v (m/s): positive, the square of the speed left far away."""
    return dot(v, v) - 2.0 * mu / norm(r)


@equation
def outgoing_asymptote(r, v, c3, mu):
    """Return the vector along which a hyperbola of energy c3 > 0 (m^2/s^2) through r (m) and v (m/s) leaves.

    With e the eccentricity vector it is S = (sqrt(c3)/mu h x e - e) / (1 + c3 h^2/mu^2), [G]: a unit vector where c3 is
    the state's own `characteristic_energy`. Where c3 is the energy that the state ought to have, S is shorter or longer
    by e/sqrt(1 + c3 h^2/mu^2), but smooth for every state, circles included.
    """
    h = cross(r, v)
    e_vector = _eccentricity_vector(r, v, mu)
    speed = sqrt(c3) / mu
    along = subtracted(scaled(speed, cross(h, e_vector)), e_vector)
    return scaled(1.0 / (1.0 + speed * speed * dot(h, h)), along)


@equation
def circular_speed(r, mu):
    """Return the speed (m/s) of a circular orbit of radius r (m)."""
    return sqrt(mu / r)


@equation
def vis_viva(r, a, mu):
    """Return the speed (m/s) at distance r (m) on an orbit of semi-major axis a (m)."""
    return sqrt(mu * (2.0 / r - 1.0 / a))


@equation
def plane_change_delta_v(v, angle):
    """Return the impulse (m/s) that turns a velocity of v (m/s) by `angle` (rad) at constant speed."""
    return 2.0 * v * sin(0.5 * angle)


@equation
def hohmann_delta_v(r1, r2, mu):
    """Return the two impulses (m/s, signed along the motion) from a circle of radius r1 to one of r2 (m)."""
    a = 0.5 * (r1 + r2)
    return (
        vis_viva(r1, a, mu) - circular_speed(r1, mu),
        circular_speed(r2, mu) - vis_viva(r2, a, mu),
    )


@equation
def node_rate(a, e, i, earth):
    """Return the secular rate (rad/s) of the node under J2; Vallado eq. 9-37."""
    p = a * (1.0 - e * e)
    n = sqrt(earth.mu / (a * a * a))
    ratio = earth.radius / p
    return -1.5 * n * earth.zonals[0] * ratio * ratio * cos(i)
