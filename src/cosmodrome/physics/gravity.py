"""Gravity of the Earth: point mass and zonal harmonics up to J6.

    U = mu/r (1 - sum over n of J_n (R/r)^n P_n(s)),  s = z/r;   g = grad U
      = -mu/r^2 rhat + mu/r^2 sum J_n (R/r)^n (P'_{n+1}(s) rhat - P'_n(s) zhat)

    n P'_{n+1} = (2n + 1) s P'_n - (n + 1) P'_{n-1},  P'_0 = 0, P'_1 = 1

Source: W. M. Kaula, Theory of Satellite Geodesy (1966), eq. 1.31 for m = 0; the derivative uses
P'_{n+1} = (n + 1) P_n + s P'_n.
"""

from cosmodrome.physics.equation import equation
from cosmodrome.physics.vector import norm


@equation
def gravity(r, earth):
    """Return the gravitational acceleration (m/s^2) at r (m, ECI or ECEF) to the degree of the `Earth`.

    Valid outside the Earth; a position at its centre divides by zero.
    """
    distance = norm(r)
    s = r[2] / distance
    g = earth.mu / (distance * distance)
    radial = -1.0
    axial = 0.0
    ratio = earth.radius / distance
    k = ratio
    before = 0.0
    here = 1.0
    for n in range(1, earth.degree + 1):
        after = ((2 * n + 1) * s * here - (n + 1) * before) / n
        if n >= 2:
            radial = radial + earth.zonals[n - 2] * k * after
            axial = axial - earth.zonals[n - 2] * k * here
        k = k * ratio
        before = here
        here = after
    return (
        g * radial * r[0] / distance,
        g * radial * r[1] / distance,
        g * (radial * s + axial),
    )


@equation
def potential(r, earth):
    """Return the potential U (m^2/s^2, positive) of which `gravity` is the gradient."""
    distance = norm(r)
    s = r[2] / distance
    ratio = earth.radius / distance
    total = 1.0
    k = ratio
    before = 1.0
    here = s
    for n in range(1, earth.degree + 1):
        if n >= 2:
            total = total - earth.zonals[n - 2] * k * here
        after = ((2 * n + 1) * s * here - n * before) / (n + 1)
        k = k * ratio
        before = here
        here = after
    return earth.mu / distance * total
