"""Physical constants and the parameters of the Earth, SI.

Sources: [WGS84] NGA.STND.0036 (2014) tables 3.1 and 3.2; [EGM] EGM2008 fully normalised zonal coefficients
(Pavlis et al. 2012), J_n = -sqrt(2 n + 1) C_n0; [CGPM] 3rd CGPM (1901); [US76] U.S. Standard Atmosphere 1976,
table 2.
"""

import math

G0 = 9.80665
"""Standard gravity, m/s^2 [CGPM]."""

MU = 3.986004418e14
"""Gravitational parameter of the Earth with its atmosphere, m^3/s^2 [WGS84]."""

EQUATORIAL_RADIUS = 6378137.0
"""Semi-major axis of the ellipsoid, m [WGS84]."""

FLATTENING = 1.0 / 298.257223563
"""Flattening of the ellipsoid [WGS84]."""

ROTATION_RATE = 7.292115e-5
"""Rotation rate of the Earth, rad/s [WGS84]."""

ZONALS = (
    math.sqrt(5.0) * 4.84166774985e-4,
    -math.sqrt(7.0) * 9.57161207093473e-7,
    -math.sqrt(9.0) * 5.39965866638991e-7,
    -math.sqrt(11.0) * 6.86702913736681e-8,
    math.sqrt(13.0) * 1.49953927978527e-7,
)
"""Zonal harmonics J2 to J6 (unnormalised) [J2: WGS84; J3 to J6: EGM]."""

GAS_CONSTANT_AIR = 8314.32 / 28.9644
"""Specific gas constant of dry air, J/(kg K) [US76]."""

GAMMA_AIR = 1.4
"""Ratio of specific heats of air [US76]."""
