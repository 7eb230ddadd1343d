"""The judge of `benchmarks/judge.py`, a re-flight by another program: it confirms what is true, refutes what is not."""

import importlib
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cosmodrome.cli import main
from cosmodrome.validation.truths import rows
from tests.rockets import MISSION, VEHICLE, write_files

pytest.importorskip("scipy")
from scipy.integrate import solve_ivp
from scipy.special import eval_legendre

pytestmark = pytest.mark.oracle

ROOT = Path(__file__).parents[1]
JUDGE = ROOT / "benchmarks" / "judge.py"
EXAMPLE = ROOT / "examples" / "vostochny-leo.toml"


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """The run folder of the example, and of the small rocket with its files, each planned once."""
    folder = tmp_path_factory.mktemp("judged")
    small = folder / "small"
    small.mkdir()
    files = {"example": EXAMPLE, "small": write_files(small)}
    for name, mission in files.items():
        assert main(["plan", str(mission), "-o", str(folder / f"{name}-run"), "--json"]) == 0
    return folder


def judged(run, beside=None):
    """What the judge prints of a run folder, and its exit code."""
    command = [sys.executable, str(JUDGE), str(run), "--json"]
    command += ["--beside", str(beside)] if beside else []
    told = subprocess.run(command, capture_output=True, text=True)
    return (json.loads(told.stdout) if told.stdout else told.stderr), told.returncode


def doctored(run, target, *, result=None, mission=None, programme=None):
    """A copy of a run folder with its record, mission text or programme changed by functions."""
    import pyarrow.parquet

    target.mkdir()
    record = json.loads((run / "result.json").read_text())
    text = (run / "mission.toml").read_text()
    table = pyarrow.parquet.read_table(run / "trajectory.parquet")
    metadata = dict(table.schema.metadata)
    plain = json.loads(metadata[b"cosmodrome.programme"])
    if programme:
        programme(plain["programme"])
        metadata[b"cosmodrome.programme"] = json.dumps(plain).encode()
    if result:
        result(record)
    (target / "result.json").write_text(json.dumps(record))
    (target / "mission.toml").write_text(mission(text) if mission else text)
    pyarrow.parquet.write_table(table.replace_schema_metadata(metadata), target / "trajectory.parquet")
    return target


def broken(record):
    """The names of the rows that are not kept."""
    return {row["what"] for row in record["rows"] if not row["is_kept"]}


def test_a_verified_plan_is_confirmed(planned):
    record, code = judged(planned / "example-run")
    assert (code, record["is_confirmed"], record["reasons"]) == (0, True, [])


def test_another_program_arrives_within_metres(planned):
    record, _ = judged(planned / "example-run")
    claim = json.loads((planned / "example-run" / "result.json").read_text())["insertion"]
    found = {row["what"]: row["found"] for row in record["rows"]}
    # two integrators at 1e-11 and 1e-12 whose tables agree to rounding: what remains is far below a metre
    assert found["perigee"] * 1e3 == pytest.approx(claim["perigee_altitude_m"], abs=1.0)
    assert found["apogee"] * 1e3 == pytest.approx(claim["apogee_altitude_m"], abs=1.0)
    assert found["inclination"] == pytest.approx(claim["inclination_deg"], abs=1e-6)


def test_a_rocket_of_its_own_file_is_confirmed(planned):
    record, code = judged(planned / "small-run", planned / "small")
    assert (code, record["reasons"]) == (0, [])


WINDY = """
[environment]
gravity = "zonal"
wind = "wind.csv"

[profile]
vertical_rise_s = 8
separation_delay_s = 20
"""
WIND = "altitude_m,wind_east_m_s,wind_north_m_s\n0,3,-2\n5000,12,4\n11000,40,-8\n20000,10,0\n60000,0,0\n"
BODY_DRAG = """mach,alpha_deg,ca,cn
0,0,0.3,0
0,5,0.32,0.15
0,10,0.35,0.32
1.1,0,0.6,0
1.1,5,0.63,0.17
1.1,10,0.68,0.36
6,0,0.25,0
6,5,0.27,0.14
6,10,0.3,0.3
"""


AIR = ("drag_coefficient = 0.4", 'drag_table = "body.csv"\naxes = "body"')
PAD = ("propellant_mass_kg = 100000", "propellant_mass_kg = 100000\npad_burn_s = 1.5")
PROFILE = ("thrust_sea_level_n = 1800e3 }", "thrust_sea_level_n = 1800e3, throttle_profile = [[90, 0.8]] }")
TAIL = ("isp_vacuum_s = 340", "isp_vacuum_s = 340\ntail_off_impulse_n_s = 60e3")
THROTTLE = ("isp_vacuum_s = 340", "isp_vacuum_s = 340\nthrottle_min = 0.6\nthrottle_max = 1.0")


@pytest.mark.parametrize("changes", [(AIR, PAD, PROFILE, TAIL), (PAD, THROTTLE)], ids=["air", "throttle"])
def test_every_force_that_files_can_state_is_known_to_the_judge(tmp_path, changes):
    """Wind, zonal gravity, body axes over angles of attack, throttle profile, free throttle, tail-off, pad burn."""
    vehicle = VEHICLE
    for before, after in changes:
        assert before in vehicle
        vehicle = vehicle.replace(before, after)
    mission = write_files(tmp_path, MISSION + WINDY, vehicle)
    (tmp_path / "wind.csv").write_text(WIND)
    (tmp_path / "body.csv").write_text(BODY_DRAG)
    assert main(["plan", str(mission), "-o", str(tmp_path / "run"), "--json"]) == 0
    record, code = judged(tmp_path / "run", tmp_path)
    assert (code, record["reasons"]) == (0, [])


def test_fifty_kilograms_more_are_refuted(planned, tmp_path):
    def heavier(plain):
        plain["payload_kg"] += 50.0

    run = doctored(planned / "example-run", tmp_path / "run", result=heavier, programme=heavier)
    record, code = judged(run)
    assert code == 1
    assert {"perigee", "apogee"} & broken(record)


def test_a_payload_that_the_programme_does_not_carry_is_refuted(planned, tmp_path):
    def boasted(record):
        record["payload_kg"] += 50.0

    record, code = judged(doctored(planned / "example-run", tmp_path / "run", result=boasted))
    assert code == 1
    assert "payload" in broken(record)


def test_an_attitude_turned_by_a_degree_is_refuted(planned, tmp_path):
    c, s = math.cos(math.radians(1.0)), math.sin(math.radians(1.0))

    def turned(plain):
        for step in plain["steps"]:
            for interval in step["attitude"]["coefficients"]:
                for row in interval:
                    row[1], row[2] = c * row[1] - s * row[2], s * row[1] + c * row[2]

    record, code = judged(doctored(planned / "example-run", tmp_path / "run", programme=turned))
    assert code == 1
    assert {"perigee", "apogee"} & broken(record)


def test_another_inclination_is_refuted(planned, tmp_path):
    def steeper(text):
        assert "inclination_deg = 51.7" in text
        return text.replace("inclination_deg = 51.7", "inclination_deg = 51.8")

    record, code = judged(doctored(planned / "example-run", tmp_path / "run", mission=steeper))
    assert code == 1
    assert broken(record) == {"inclination"}


def test_a_tighter_limit_is_refuted(planned, tmp_path):
    def tighter(text):
        return text.replace("max_dynamic_pressure_pa = 60e3", "max_dynamic_pressure_pa = 40e3")

    record, code = judged(doctored(planned / "example-run", tmp_path / "run", mission=tighter))
    assert code == 1
    assert broken(record) == {"max_dynamic_pressure_pa"}


def test_a_fairing_that_leaves_early_is_refuted(planned, tmp_path):
    def early(plain):
        names = [[drop["id"] for drop in step["phase"]["drops"]] for step in plain["steps"]]
        k = names.index(["fairing"])
        plain["steps"][k]["duration_s"] -= 20.0
        plain["steps"][k + 1]["duration_s"] += 20.0

    record, code = judged(doctored(planned / "example-run", tmp_path / "run", programme=early))
    assert code == 1
    assert "fairing_heat_flux_w_m2" in broken(record)


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        ("residual_mass_kg = 200", "residual_mass_kg = 230", "second burns"),
        ("dry_mass_kg = 10000", "dry_mass_kg = 10100", "apogee"),
        ("propellant_mass_kg = 100000", "propellant_mass_kg = 99000", "events that the files fix, off by"),
    ],
)
def test_a_plan_of_another_rocket_is_refuted(planned, tmp_path, before, after, row):
    assert before in VEHICLE
    write_files(tmp_path, MISSION, VEHICLE.replace(before, after))
    record, code = judged(planned / "small-run", tmp_path)
    assert code == 1
    assert row in broken(record)


COASTING = """
format = "cosmodrome-mission/1"
vehicle = "soyuz-2.1b/fregat-m"
site = "vostochny-1s"

[target]
perigee_altitude_km = 500
apogee_altitude_km = 500
inclination_deg = "sso"

[profile]
upper_stage_burns = 2
"""


@pytest.fixture(scope="module")
def coasting(tmp_path_factory):
    """The run folder of a flight whose last stage burns twice."""
    folder = tmp_path_factory.mktemp("coasting")
    (folder / "mission.toml").write_text(COASTING)
    assert main(["plan", str(folder / "mission.toml"), "-o", str(folder / "run"), "--json"]) == 0
    return folder / "run"


def test_a_flight_with_a_coast_is_confirmed(coasting):
    record, code = judged(coasting)
    assert (code, record["reasons"]) == (0, [])
    assert {row["what"]: row["found"] for row in record["rows"]}["burns of fregat"] == 2


@pytest.mark.parametrize(
    ("stated", "row"),
    [
        ("upper_stage_burns = 1", "burns asked for"),
        ("upper_stage_burns = 2\nmax_coast_s = 600", "longest coast"),
    ],
)
def test_a_coast_that_the_mission_does_not_allow_is_refuted(coasting, tmp_path, stated, row):
    def other(text):
        return text.replace("upper_stage_burns = 2", stated)

    record, code = judged(doctored(coasting, tmp_path / "run", mission=other))
    assert code == 1
    assert broken(record) == {row}


def test_a_restart_ten_seconds_late_is_refuted(coasting, tmp_path):
    def late(plain):
        k = max(
            i
            for i, step in enumerate(plain["steps"])
            if not step["phase"]["flows"] and step["duration_s"] > 60.0
        )
        plain["steps"][k]["duration_s"] += 10.0
        for step in plain["steps"][k + 1 :]:
            step["attitude"]["edges"] = [t + 10.0 for t in step["attitude"]["edges"]]

    record, code = judged(doctored(coasting, tmp_path / "run", programme=late))
    assert code == 1
    assert {"perigee", "apogee"} & broken(record)


TIMED = """
format = "cosmodrome-mission/1"
vehicle = "soyuz-2.1b"
site = "vostochny-1s"
launch_date_utc = 2027-04-15

[target]
perigee_altitude_km = 210
apogee_altitude_km = 230
inclination_deg = "sso"
ltan_h = 10.5
"""


@pytest.fixture(scope="module")
def timed(tmp_path_factory):
    """The run folder of a flight whose lift-off time brings the node to a local time."""
    folder = tmp_path_factory.mktemp("timed")
    (folder / "mission.toml").write_text(TIMED)
    assert main(["plan", str(folder / "mission.toml"), "-o", str(folder / "run"), "--json"]) == 0
    return folder / "run"


def test_a_lift_off_for_a_local_time_is_confirmed(timed):
    record, code = judged(timed)
    assert (code, record["reasons"]) == (0, [])
    assert "local time of the node" in {row["what"] for row in record["rows"]}


def test_another_local_time_is_refuted(timed, tmp_path):
    def later(text):
        return text.replace("ltan_h = 10.5", "ltan_h = 10.51")

    record, code = judged(doctored(timed, tmp_path / "run", mission=later))
    assert code == 1
    assert broken(record) == {"local time of the node"}


def test_a_lift_off_time_that_is_not_the_flight_s_is_refuted(timed, tmp_path):
    def moved(record):
        hour = int(record["liftoff_utc"][11:13])
        record["liftoff_utc"] = f"2027-04-15T{(hour + 1) % 24:02d}{record['liftoff_utc'][13:]}"

    record, code = judged(doctored(timed, tmp_path / "run", result=moved))
    assert code == 1
    assert "Earth's angle at lift-off" in broken(record)


ESCAPING = """
format = "cosmodrome-mission/1"
vehicle = "soyuz-2.1b/fregat-m"
site = "vostochny-1s"

[target]
c3_km2_s2 = 8
declination_deg = -10
"""


@pytest.fixture(scope="module")
def escaping(tmp_path_factory):
    """The run folder of an escape."""
    folder = tmp_path_factory.mktemp("escaping")
    (folder / "mission.toml").write_text(ESCAPING)
    assert main(["plan", str(folder / "mission.toml"), "-o", str(folder / "run"), "--json"]) == 0
    return folder / "run"


def test_an_escape_is_confirmed(escaping):
    record, code = judged(escaping)
    assert (code, record["reasons"]) == (0, [])


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        ("c3_km2_s2 = 8", "c3_km2_s2 = 8.1", "C3"),
        ("declination_deg = -10", "declination_deg = -10.1", "asymptote's declination"),
        ("declination_deg = -10", "declination_deg = -10\nperigee_altitude_km = 400", "perigee"),
    ],
)
def test_another_escape_is_refuted(escaping, tmp_path, before, after, row):
    def other(text):
        return text.replace(before, after)

    record, code = judged(doctored(escaping, tmp_path / "run", mission=other))
    assert code == 1
    assert broken(record) == {row}


def test_a_folder_without_a_flight_is_told_in_a_sentence(tmp_path):
    said, code = judged(tmp_path)
    assert code == 2
    assert said.startswith("judge: ")
    assert "Traceback" not in said


def test_the_judge_shares_no_code_with_what_it_judges(planned):
    told = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import judge\n"
        "assert judge.judge(pathlib.Path(sys.argv[2])).is_confirmed\n"
        "print([m for m in sys.modules if m.partition('.')[0] == 'cosmodrome'])"
    )
    command = [sys.executable, "-c", told, str(JUDGE.parent), str(planned / "example-run")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


# --- the judge's own physics against others' ------------------------------------------------------------------------


@pytest.fixture
def world(monkeypatch):
    monkeypatch.syspath_prepend(str(JUDGE.parent))
    return importlib.import_module("judge_world")


def test_the_judge_has_the_air_of_the_standard(world):
    air = world.atmosphere({}, Path())
    for point in rows("us76_layers.csv"):
        big_h = point["geopotential_altitude_m"]
        here = air(6356766.0 * big_h / (6356766.0 - big_h))
        # the printed table has five digits
        assert here.pressure == pytest.approx(point["pressure_pa"], rel=1e-4)
        assert here.density == pytest.approx(point["density_kg_m3"], rel=1e-4)


def test_the_judge_has_the_gravity_of_its_potential(world):
    earth = world.Earth({"gravity": "zonal"})

    def potential(r):
        distance = np.linalg.norm(r)
        s = r[2] / distance
        terms = (
            j * (earth.radius / distance) ** n * eval_legendre(n, s) for n, j in enumerate(earth.zonals, 2)
        )
        return earth.mu / distance * (1.0 - sum(terms))

    r, h = np.array([4.1e6, -3.3e6, 4.2e6]), 10.0
    slopes = [(potential(r + h * axis) - potential(r - h * axis)) / (2.0 * h) for axis in np.eye(3)]
    # a difference over 20 m of numbers of 6e7 m2/s2 holds 1e-9 m/s2 of rounding
    assert earth.gravity(tuple(r)) == pytest.approx(slopes, abs=1e-8)


@pytest.mark.parametrize("latitude_deg", [-89.0, -45.0, 0.0, 30.0, 51.9, 89.9])
def test_the_judge_finds_the_height_of_a_place_again(world, latitude_deg):
    earth = world.Earth({})
    r = earth.position(math.radians(latitude_deg), 2.0, 123456.7)
    local = earth.local(r)
    assert local.altitude == pytest.approx(123456.7, abs=1e-6)
    assert math.degrees(math.asin(local.up[2])) == pytest.approx(latitude_deg, abs=1e-9)


def test_the_judge_knows_where_a_hyperbola_goes(world):
    mu = 3.986004418e14
    r, v = np.array([6.6e6, 1.2e6, -0.9e6]), np.array([-1.1e3, 9.5e3, 6.2e3])
    orbit = world.Orbit(r, v, mu)
    far = solve_ivp(
        lambda _, y: [*y[3:], *(-mu * y[:3] / np.linalg.norm(y[:3]) ** 3)],
        (0.0, 1e10),
        [*r, *v],
        method="DOP853",
        rtol=1e-12,
        atol=1.0,
    ).y[:, -1]
    heading = far[3:] / np.linalg.norm(far[3:])
    declination, right_ascension = orbit.outgoing
    assert orbit.c3 > 0.0
    # ten thousand million seconds out, the path bends by mu / (r v^2), below 1e-7 rad
    assert declination == pytest.approx(math.asin(heading[2]), abs=1e-6)
    assert right_ascension == pytest.approx(math.atan2(heading[1], heading[0]), abs=1e-6)
