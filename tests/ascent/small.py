"""Missions for tests of the ascent: the made-up two-stage rocket, and the Soyuz-2.1b of the catalogue."""

from pathlib import Path

import numpy as np

from cosmodrome.ascent.problem import Problem, pose
from cosmodrome.mission.read import read_mission
from cosmodrome.mission.schema import Mission
from tests.rockets import MISSION, VEHICLE, write_files

# everything that has rows of its own: a free throttle below, a tail-off above, a fairing that waits for thin air
ODD_VEHICLE = VEHICLE.replace(
    "engine = { thrust_vacuum_n = 2000e3, isp_vacuum_s = 300, thrust_sea_level_n = 1800e3 }",
    "engine = { thrust_vacuum_n = 2000e3, isp_vacuum_s = 300, thrust_sea_level_n = 1800e3, "
    "throttle_min = 0.5, throttle_max = 1.0 }",
).replace("isp_vacuum_s = 340", "isp_vacuum_s = 340\ntail_off_impulse_n_s = 20e3")
ODD_MISSION = (
    # at this epoch the site's meridian is the x axis
    "epoch_utc = 2025-04-15T09:06:10.35Z\n"
    + MISSION.replace(
        "inclination_deg = 30", "inclination_deg = 30\narg_of_pericenter_deg = 40\nra_of_asc_node_deg = 300"
    )
    + """
[limits]
max_dynamic_pressure_pa = 30e3
max_q_alpha_pa_rad = 3e3
max_axial_acceleration_g = 5
fairing_heat_flux_w_m2 = 1135
launch_azimuth_min_deg = 0
launch_azimuth_max_deg = 120
"""
)
LEO = "perigee_altitude_km = 200\napogee_altitude_km = 240\n"
VOSTOCHNY = '"vostochny-1s"'


def odd_problem(folder: Path) -> Problem:
    """The problem of the two-stage rocket with every kind of row."""
    return pose(read_mission(write_files(folder, ODD_MISSION, ODD_VEHICLE)))


def soyuz(folder: Path, target: str, rest: str = "", site: str = VOSTOCHNY) -> Mission:
    """A mission of the three-stage Soyuz-2.1b: `target` and `rest` as lines of TOML."""
    path = folder / "soyuz.toml"
    path.write_text(
        f'format = "cosmodrome-mission/1"\nname = "Soyuz"\nvehicle = "soyuz-2.1b"\nsite = {site}\n'
        f"[target]\n{target}\n{rest}\n"
    )
    return read_mission(path)


def northward_m_s(state: np.ndarray) -> float:
    """Northward part (m/s, geocentric) of the velocity of a state (r, v, ...)."""
    r, v = state[:3], state[3:6]
    up = r / np.linalg.norm(r)
    north = np.array([0.0, 0.0, 1.0]) - up[2] * up
    return float(v @ north / np.linalg.norm(north))
