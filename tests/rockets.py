"""A small two-stage rocket and a mission for it, as files: for tests that need some vehicle.

Its figures are round and made up, so that masses and velocity gains can be worked out by hand.
"""

from pathlib import Path

VEHICLE = """\
format = "cosmodrome-vehicle/1"
name = "Test rocket"
adapter_mass_kg = 50

[limits]
max_axial_acceleration_g = 6
fairing_heat_flux_w_m2 = 1135

[[aero]]
reference_area_m2 = 10
drag_coefficient = 0.4

[[stages]]
id = "first"
role = "stage"
number = 1
count = 1
dry_mass_kg = 10000
propellant_mass_kg = 100000
ignition = { event = "liftoff" }
cutoff = { rule = "depletion" }
separation = { event = "first.cutoff", delay_s = 1 }
engine = { thrust_vacuum_n = 2000e3, isp_vacuum_s = 300, thrust_sea_level_n = 1800e3 }

[[stages]]
id = "second"
role = "stage"
number = 2
count = 1
dry_mass_kg = 2000
propellant_mass_kg = 20000
residual_mass_kg = 200
ignition = { event = "first.separation", delay_s = 1 }
cutoff = { rule = "command" }
[stages.engine]
thrust_vacuum_n = { value = 200e3, source = "made up", confidence = "estimate" }
isp_vacuum_s = 340

[[bodies]]
id = "fairing"
count = 2
mass_kg = 300
release = { rule = "heat-flux" }
"""
MISSION = """\
format = "cosmodrome-mission/1"
name = "Test mission"
vehicle = "rocket.toml"
site = { latitude_deg = 10, longitude_deg = 20, height_m = 0 }

[target]
perigee_altitude_km = 200
apogee_altitude_km = 240
inclination_deg = 30
"""


def write_files(folder: Path, mission: str = MISSION, vehicle: str = VEHICLE) -> Path:
    """Write `mission.toml` and `rocket.toml` into the folder; the path of the mission."""
    (folder / "rocket.toml").write_text(vehicle)
    path = folder / "mission.toml"
    path.write_text(mission)
    return path


# the rocket with a second stage for higher orbits: one that burns hydrogen, can be lit three times, and has all that
# such a stage says of its burns and coasts
RESTARTABLE = (
    VEHICLE.replace(
        'cutoff = { rule = "command" }',
        'cutoff = { rule = "command", min_burn_s = 1 }\n'
        "burns = 3\nmin_coast_s = 30\nslew_rate_deg_s = 2\nmax_total_burn_s = 900",
    )
    .replace("isp_vacuum_s = 340", "isp_vacuum_s = 450\ntail_off_impulse_n_s = 20e3")
    .replace("thrust_vacuum_n = { value = 200e3", "thrust_vacuum_n = { value = 150e3")
)
