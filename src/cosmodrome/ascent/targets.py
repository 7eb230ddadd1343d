"""The target orbit as rows that vanish on it, regular for circles, equators and poles.

The true anomaly nu of the insertion is a variable of its own: |r|, |v| and r.v follow from (a, e, nu). Energy with
angular momentum would be degenerate at e = 0, where both are stationary together; nu costs one variable and is not.
The plane is told by h_z where only the inclination counts, by the two components of h that must vanish where the node
counts too, and where an equatorial plane has no node.

Source: D. Vallado, Fundamentals of Astrodynamics and Applications, 4th ed. (2013), sec. 1.4 and 2.4.
"""

import math
from typing import Any, NamedTuple

from cosmodrome.catalogue.resolve import CIRCULAR, EQUATORIAL_RAD
from cosmodrome.mission.schema import Target
from cosmodrome.physics.equation import cos, sin, sqrt
from cosmodrome.physics.frames import Earth
from cosmodrome.physics.orbit import normal, perifocal_axis
from cosmodrome.physics.vector import cross, dot, norm


class Shape(NamedTuple):
    """Which rows a target has: all that may differ between two targets that share one compiled problem is numbers."""

    is_eccentric: bool
    has_inclination: bool
    has_node: bool
    has_pericenter: bool
    is_equatorial: bool


class TargetNumbers(NamedTuple):
    """Numbers of a target: a (m), e, i, Omega, omega (rad); zero where the shape does not use them."""

    a: Any
    e: Any
    i: Any
    Omega: Any
    omega: Any


def shape(target: Target) -> Shape:
    """Return the `Shape` of a closed target orbit."""
    i = target.inclination_rad
    equatorial = i is not None and min(i, math.pi - i) < EQUATORIAL_RAD
    e = target.eccentricity or 0.0
    return Shape(
        e > CIRCULAR,
        i is not None,
        target.ra_of_asc_node_rad is not None and not equatorial,
        target.arg_of_pericenter_rad is not None and e > CIRCULAR,
        equatorial,
    )


def numbers(target: Target) -> TargetNumbers:
    """Return the numbers of a closed target orbit."""
    return TargetNumbers(
        target.semi_major_axis_m,
        target.eccentricity or 0.0,
        target.inclination_rad or 0.0,
        target.ra_of_asc_node_rad or 0.0,
        target.arg_of_pericenter_rad or 0.0,
    )


def side_rows(r: Any, v: Any, nu: Any, form: Shape, k: TargetNumbers) -> list[Any]:
    """Return rows (<= 0) that tell the target from its mirror images: its plane flown the other way round, and its
    pericenter on the other side. They are -1 or -sin i on the target itself, so none of them is ever pressed on.
    """
    h = cross(r, v)
    length, distance = norm(h), norm(r)
    found = []
    if form.is_equatorial:
        found.append(-h[2] / length * cos(k.i))
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


def rows(r: Any, v: Any, nu: Any, form: Shape, k: TargetNumbers, earth: Earth) -> list[Any]:
    """Return the dimensionless rows that vanish when (r, v) is on the target at true anomaly nu."""
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
