"""Force of the air on a vehicle, from coefficients by Mach number and total angle of attack.

    u        unit vector along the thrust axis (nose);   vhat  direction of motion through the air
    alpha    total angle between them, wind included
    wind axes: CD along -vhat, CL along the part of u normal to vhat
    body axes: CA along -u, CN along minus the part of vhat normal to u

Source: J. D. Anderson, Fundamentals of Aerodynamics, 6th ed. (2017), sec. 1.5 (the two resolutions and their
relation).
"""

from typing import NamedTuple

from numpy.typing import ArrayLike

from cosmodrome.physics.equation import atan2, equation, sqrt
from cosmodrome.physics.tables import Surface, make_surface, surface
from cosmodrome.physics.vector import cross, dot

WIND_AXES, BODY_AXES = 0, 1

# Sine of the angle of attack below which the direction of lift is not resolved; at zero it has no gradient.
_SIN_FLOOR = 1e-4


class Aero(NamedTuple):
    """Reference area (m^2), axes (WIND_AXES or BODY_AXES), coefficient surfaces over (Mach, alpha in rad).

    `along` is CD or CA, `across` CL or CN; `lifting` is 0 when `across` is zero everywhere and need not be
    evaluated.
    """

    area: float
    axes: int
    along: Surface
    across: Surface
    lifting: int


@equation
def air_force(q, mach, u, vhat, aero):
    """Return the force of the air (N) at dynamic pressure q (Pa); u and vhat are unit vectors in one frame.

    Near rest, where the air speed is floored, vhat is shorter than one: the force across then fades with it,
    since a motion without direction lifts nothing (and a small sine would divide by its floor).
    """
    c = cross(u, vhat)
    sin_alpha = sqrt(dot(c, c) + _SIN_FLOOR * _SIN_FLOOR)
    cos_alpha = dot(u, vhat)
    alpha = atan2(sin_alpha, cos_alpha)
    along = q * aero.area * surface(mach, alpha, aero.along)
    across = 0.0
    if aero.lifting == 1:
        across = q * aero.area * surface(mach, alpha, aero.across) * dot(vhat, vhat) / sin_alpha
    if aero.axes == WIND_AXES:
        k_u = across
        k_v = -along - across * cos_alpha
    else:
        k_u = -along + across * cos_alpha
        k_v = -across
    return (k_u * u[0] + k_v * vhat[0], k_u * u[1] + k_v * vhat[1], k_u * u[2] + k_v * vhat[2])


def make_aero(
    area: float,
    mach: ArrayLike = (0.0,),
    alpha: ArrayLike = (0.0,),
    along: ArrayLike = ((0.0,),),
    across: ArrayLike | None = None,
    axes: int = WIND_AXES,
) -> Aero:
    """Return the `Aero` of coefficients (n, k) at mach (n,) and alpha (k,) rad; no `across` means no lift.

    Raises ValueError as `make_table`.
    """
    along_surface = make_surface(mach, alpha, along)
    across_surface = along_surface if across is None else make_surface(mach, alpha, across)
    return Aero(float(area), axes, along_surface, across_surface, 0 if across is None else 1)


NO_AERO = make_aero(0.0)
"""A body on which the air exerts no force."""
