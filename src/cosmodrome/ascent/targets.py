"""The target orbit as rows that vanish on it, regular for circles, equators and poles.

*Closed orbits.* The true anomaly nu of the insertion is a variable of its own: |r|, |v| and r.v follow from (a, e, nu).
Energy with angular momentum would be degenerate at e = 0, where both are stationary together; nu costs one variable and
is not. The plane is told by h_z where only the inclination counts, by the two components of h that must vanish where
the node counts too, and where an equatorial plane has no node.

*Escapes.* Energy, the direction S of the outgoing asymptote, and what else is asked for: h for the perigee, h_z for the
inclination. S is taken at the energy that is asked for: then it has no root that an unfinished flight, still on an
ellipse, could make imaginary. Where two of these are stationary together others take their place: an asymptote along
the pole is S_x = S_y = 0, and one as steep as its plane is where that plane turns back, S x z in the plane.

Sources: D. Vallado, Fundamentals of Astrodynamics and Applications, 4th ed. (2013), sec. 1.4 and 2.4; of the asymptote
see `physics.orbit.outgoing_asymptote`.
"""

import math
from typing import Any, NamedTuple

from cosmodrome.catalogue.resolve import CIRCULAR, EQUATORIAL_RAD
from cosmodrome.mission.schema import Target
from cosmodrome.physics.equation import cos, sin, sqrt
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.orbit import normal, outgoing_asymptote, perifocal_axis
from cosmodrome.physics.vector import cross, dot, norm


class Shape(NamedTuple):
    """Which rows a target has: all that may differ between two targets that share one compiled problem is numbers.

    `is_eccentric` is a closed orbit whose true anomaly is a variable; the last five are of escapes.
    """

    is_eccentric: bool
    has_inclination: bool
    has_node: bool
    has_pericenter: bool
    is_equatorial: bool
    is_escape: bool = False
    has_perigee: bool = False
    has_right_ascension: bool = False
    is_polar: bool = False
    is_steepest: bool = False


class TargetNumbers(NamedTuple):
    """Numbers of a target, zero where its shape does not use them: a (m), e, i, Omega, omega (rad), declination and
    right ascension of the asymptote (rad)."""

    a: Any
    e: Any
    i: Any
    Omega: Any
    omega: Any
    declination: Any
    right_ascension: Any


def shape(target: Target) -> Shape:
    """Return the `Shape` of a target orbit."""
    i = target.inclination_rad
    equatorial = i is not None and min(i, math.pi - i) < EQUATORIAL_RAD
    if target.is_escape:
        return _escape_shape(target, equatorial)
    e = target.eccentricity or 0.0
    return Shape(
        e > CIRCULAR,
        i is not None,
        target.ra_of_asc_node_rad is not None and not equatorial,
        target.arg_of_pericenter_rad is not None and e > CIRCULAR,
        equatorial,
    )


def _escape_shape(target: Target, is_equatorial: bool) -> Shape:
    i, steep = target.inclination_rad, abs(target.declination_rad or 0.0)
    is_polar = math.pi / 2 - steep < EQUATORIAL_RAD
    return Shape(
        is_eccentric=False,
        has_inclination=i is not None,
        has_node=False,
        has_pericenter=False,
        is_equatorial=is_equatorial,
        is_escape=True,
        has_perigee=target.eccentricity is not None,
        has_right_ascension=target.ra_of_asymptote_rad is not None and not is_polar,
        is_polar=is_polar,
        is_steepest=i is not None and not is_polar and min(i, math.pi - i) - steep < EQUATORIAL_RAD,
    )


def numbers(target: Target) -> TargetNumbers:
    """Return the numbers of a target orbit."""
    return TargetNumbers(
        target.semi_major_axis_m,
        target.eccentricity or 0.0,
        target.inclination_rad or 0.0,
        target.ra_of_asc_node_rad or 0.0,
        target.arg_of_pericenter_rad or 0.0,
        target.declination_rad or 0.0,
        target.ra_of_asymptote_rad or 0.0,
    )


def side_rows(r: Any, v: Any, nu: Any, form: Shape, k: TargetNumbers, earth: Earth) -> list[Any]:
    """Return rows (<= 0) that tell the target from its mirror images: its plane flown the other way round, its
    pericenter on the other side, its asymptote the opposite way. On the target itself they are -1, or minus the cosine
    or sine of an angle that does not vanish, so none of them is ever pressed on.
    """
    h = cross(r, v)
    length, distance = norm(h), norm(r)
    found = []
    if form.is_equatorial or form.is_steepest:
        found.append(-h[2] / length * cos(k.i))
    if form.is_escape:
        return found + _escape_sides(_asymptote(r, v, k, earth), form, k)
    if form.has_node and form.has_inclination:
        found.append(-dot(h, normal(k.i, k.Omega)) / length)
    elif form.has_node:
        found.append(-dot(h, (sin(k.Omega), -cos(k.Omega), 0.0)) / length)
    if form.has_pericenter:
        u = k.omega + nu
        if form.has_node and form.has_inclination:
            found.append(-dot(r, perifocal_axis(k.i, k.Omega, u)) / distance)
        else:
            ahead = cross(h, r)
            found.append(-(sin(u) * r[2] + cos(u) * ahead[2] / length) / distance)
    return found


def _escape_sides(asymptote: Any, form: Shape, k: TargetNumbers) -> list[Any]:
    if form.is_polar:
        return [-asymptote[2] * sin(k.declination)]
    if form.has_right_ascension:
        return [-dot(asymptote, (cos(k.right_ascension), sin(k.right_ascension), 0.0))]
    return []


def rows(r: Any, v: Any, nu: Any, form: Shape, k: TargetNumbers, earth: Earth) -> list[Any]:
    """Return the dimensionless rows that vanish when (r, v) is on the target at true anomaly nu.

    The first is one of size: distance over that of the target, or for an escape the square of speed; the second of an
    escape that `has_perigee` is the square of h.
    """
    if form.is_escape:
        return _escape_rows(r, v, form, k, earth)
    p = k.a * (1.0 - k.e * k.e)
    speed = sqrt(earth.mu / p)
    cos_nu = cos(nu) if form.is_eccentric else 1.0
    sin_nu = sin(nu) if form.is_eccentric else 0.0
    distance = norm(r)
    found = [
        distance * (1.0 + k.e * cos_nu) / p - 1.0,
        dot(r, v) / (distance * speed) - k.e * sin_nu,
        dot(v, v) / (speed * speed) - (1.0 + k.e * k.e + 2.0 * k.e * cos_nu),
    ]
    h = cross(r, v)
    h_target = sqrt(earth.mu * p)
    if form.is_equatorial:
        found += [h[0] / h_target, h[1] / h_target]
    elif form.has_node:
        node = (cos(k.Omega), sin(k.Omega), 0.0)
        found.append(dot(h, node) / h_target)
        if form.has_inclination:
            across = cross(normal(k.i, k.Omega), node)
            found.append(dot(h, across) / h_target)
    elif form.has_inclination:
        found.append(h[2] / h_target - cos(k.i))
    if form.has_pericenter:
        u = k.omega + nu
        if form.has_node and form.has_inclination:
            beyond = perifocal_axis(k.i, k.Omega, u + math.pi / 2)
            found.append(dot(r, beyond) / distance)
        else:
            ahead = cross(h, r)
            found.append((sin(u) * ahead[2] / h_target - cos(u) * r[2]) / distance)
    return found


def _escape_rows(r: Any, v: Any, form: Shape, k: TargetNumbers, earth: Earth) -> list[Any]:
    found = [dot(v, v) / (2.0 * earth.mu / norm(r) - earth.mu / k.a) - 1.0]
    h = cross(r, v)
    if form.has_perigee:
        found.append(dot(h, h) / (earth.mu * k.a * (1.0 - k.e * k.e)) - 1.0)
    length = norm(h)
    asymptote = _asymptote(r, v, k, earth)
    if form.is_polar:
        # the plane of an asymptote along the pole holds the pole
        return [*found, asymptote[0], asymptote[1]]
    if form.has_right_ascension:
        found.append(dot(asymptote, (-sin(k.right_ascension), cos(k.right_ascension), 0.0)))
    if form.is_equatorial:
        # the asymptote of an equatorial plane has no declination
        return [*found, h[0] / length, h[1] / length]
    found.append(asymptote[2] - sin(k.declination))
    if form.is_steepest:
        found.append((asymptote[0] * h[1] - asymptote[1] * h[0]) / length)
    elif form.has_inclination:
        found.append(h[2] / length - cos(k.i))
    return found


def _asymptote(r: Any, v: Any, k: TargetNumbers, earth: Earth) -> Any:
    return outgoing_asymptote(r, v, -earth.mu / k.a, earth.mu)
