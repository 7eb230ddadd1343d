"""Free-molecular heating of a surface normal to the flow, the usual rule for releasing a fairing.

Source: Arianespace, Soyuz at the Guiana Space Centre User's Manual, Issue 2 (2012): q = 1/2 rho V^3.
"""

from cosmodrome.physics.equation import equation


@equation
def free_molecular_heat_flux(rho, v):
    """Return the heat flux (W/m^2) in air of density rho (kg/m^3) at air speed v (m/s)."""
    return 0.5 * rho * v * v * v
