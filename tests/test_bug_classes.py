"""Bug classes that shipped elsewhere: the table of docs/bug-classes.md names real tests, and the classes that no other
file tests are tested here."""

import ast
import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.catalogue.resolve import resolve
from cosmodrome.catalogue.timeline import Flow
from cosmodrome.flight.attitude import polynomial
from cosmodrome.flight.programme import Masses, Programme, Step
from cosmodrome.flight.propagate import fly
from cosmodrome.mission.environment import make_environment
from cosmodrome.mission.read import read_mission
from cosmodrome.mission.schema import EnvironmentSettings
from cosmodrome.physics.aerodynamics import NO_AERO
from cosmodrome.physics.atmosphere import air
from cosmodrome.physics.motion import Leg, conditions, falling_leg
from tests.flight.worlds import COASTING, RADIUS_M, ball, engine, phase, vacuum
from tests.rockets import MISSION, VEHICLE, write_files

ROOT = Path(__file__).parents[1]
ROWS = re.findall(
    r"^\| (?!class|-)(.+?) \| (.+) \|$", (ROOT / "docs" / "bug-classes.md").read_text("utf-8"), re.M
)
NAMED = [
    (title, *named.split("::")) for title, tests in ROWS for named in re.findall(r"`(\S+::\S+?)`", tests)
]


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("title", "file", "name"), NAMED)
def test_the_test_that_a_class_names_exists(title, file, name):
    assert name in names_in(file), f"{title}: {file} has no {name}"


def test_every_class_names_a_test_or_what_it_waits_for():
    assert len(ROWS) == 20
    with_test = {title for title, *_ in NAMED}
    assert all(title in with_test or tests.startswith("waits for ") for title, tests in ROWS)


def test_flow_thrust_and_isp_state_one_engine(tmp_path):
    """340 s and 200 kN are a flow of 59.98 kg/s, and empty 19 800 kg in 330.1 s: g0 = 9.80665 by definition."""
    flow = 200e3 / (340.0 * 9.80665)
    spellings = {
        "isp": "isp_vacuum_s = 340",
        "flow": f"mass_flow_kg_s = {flow!r}",
        "time": f"burn_time_s = {19800.0 / flow!r}",
    }
    found = []
    for name, spelling in spellings.items():
        path = tmp_path / f"{name}.toml"
        path.write_text(VEHICLE.replace("isp_vacuum_s = 340", spelling), "utf-8")
        engine_ = load_vehicle(path).stage("second").engine
        found.append((engine_.thrust_vacuum_n, engine_.mass_flow_kg_s))
    # three ways to write one number: rounding is all
    assert found[1] == pytest.approx(found[0], rel=1e-14)
    assert found[2] == pytest.approx(found[0], rel=1e-14)


def test_a_mission_that_says_nothing_has_the_whole_world(tmp_path):
    """The Earth turns, is flattened, bulges in its gravity, and has air: none of it may be lost by silence."""
    world = make_environment(read_mission(write_files(tmp_path, MISSION, VEHICLE)).environment)
    assert 2.0 * math.pi / world.earth.rotation == pytest.approx(86164.1, abs=0.1)  # a sidereal day
    assert world.earth.e2 == pytest.approx(0.00669438, abs=1e-8)  # WGS 84
    assert world.earth.degree >= 2
    assert air(0.0, world.atmosphere).density == pytest.approx(1.225, abs=1e-4)


@pytest.mark.parametrize(
    "chosen",
    [
        {"gravity": "point-mass"},
        {"gravity": "zonal"},
        {"earth": "sphere"},
        {"atmosphere": "exponential"},
        {"atmosphere": "none"},
        {"mu_m3_s2": 3.9e14},
        {"equatorial_radius_m": 6.37e6},
        {"rotation_rad_s": 0.0},
        {"j2": 1e-3},
    ],
    ids=str,
)
def test_every_choice_of_the_world_changes_it(chosen):
    """What acts on a falling body over 45 degrees of latitude at 20 km is not what acts by default."""
    r, v, up = (4.52e6, 0.0, 4.52e6), (100.0, 500.0, 0.0), (0.0, 0.0, 1.0)

    def acting(settings):
        world = make_environment(settings)
        c = conditions(r, v, up, 1.0, 0.0, falling_leg(10.0, 1.0), world)
        return np.array([*c.gravity, *c.aero])

    usual, other = acting(EnvironmentSettings()), acting(EnvironmentSettings(**chosen))
    assert np.abs(other - usual).max() > 1e-6


def test_a_burn_of_a_millisecond_in_a_long_coast_is_delivered_in_full():
    """Steps of minutes on both sides: an integrator that is not told of the switches never samples the burn."""
    thrust, flow, mass, length = 30e3, 10.0, 1000.0, 1e-3
    law = polynomial([0.0, 5000.0], [[(0.0, 1.0, 0.0, 1.0)]])
    coast, burn = (
        phase("coast", COASTING),
        phase("burn", Leg(engine(thrust, flow), NO_AERO), (Flow("only", flow),)),
    )
    programme = Programme(
        name="a millisecond",
        t_s=0.0,
        r_eci_m=(RADIUS_M, 0.0, 0.0),
        v_eci_m_s=(1.0, 0.0, 0.0),
        masses=Masses(mass, {"only": 1.0}, {}),
        steps=(Step(coast, 2000.0, law), Step(burn, length, law), Step(coast, 2000.0, law)),
        environment=vacuum(ball(mu=0.0)),
        earth_angle_rad=0.0,
        pad_latitude_rad=0.0,
        pad_longitude_rad=0.0,
        payload_kg=0.0,
        insertion_step=2,
    )
    y = fly(programme).phase_ends[-1]
    # the mass is rounded to 1e-13 kg, of 0.01 kg burnt
    assert mass - y[6] == pytest.approx(flow * length, rel=1e-10)
    # and the velocity gained to 1e-9 of what the rocket equation says, log1p since the burn is so small
    assert y[4] == pytest.approx(-thrust / flow * math.log1p(-flow * length / mass), rel=1e-9)


def test_what_has_no_effect_yet_is_said_to_have_none(tmp_path):
    stated = MISSION.replace("\n[target]", '\ndispersions = "default"\n\n[target]', 1)
    path = write_files(tmp_path, stated, VEHICLE)
    assert "[dispersions] is read but has no effect yet" in resolve(read_mission(path)).assumptions
