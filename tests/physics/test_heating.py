"""Free-molecular heating: half the flux of kinetic energy."""

import pytest

from cosmodrome.physics.atmosphere import air
from cosmodrome.physics.heating import free_molecular_heat_flux
from tests.physics.domains import US76


def test_heat_flux_is_half_of_density_times_the_cube_of_speed():
    assert free_molecular_heat_flux(2e-8, 3e3) == pytest.approx(0.5 * 2e-8 * 27e9)


def test_the_usual_fairing_limit_is_crossed_between_100_and_120_km():
    # 1 135 W/m^2 is the limit that user's manuals of launchers state (Soyuz at the Guiana Space Centre, issue 2)
    assert free_molecular_heat_flux(air(120e3, US76).density, 4.5e3) < 1135.0
    assert free_molecular_heat_flux(air(100e3, US76).density, 3.0e3) > 1135.0
