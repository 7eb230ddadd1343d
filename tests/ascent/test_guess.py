"""The heading of a launch, and the first guess: it flies, the right way, and ends near its target."""

import math

import numpy as np
import pytest

from cosmodrome.ascent.guess import nominal_times, sample, thin_air_time
from cosmodrome.ascent.heading import headings, open_headings
from cosmodrome.ascent.mesh import uniform
from cosmodrome.ascent.problem import first_mesh, first_start, pose
from cosmodrome.mission.read import read_mission
from cosmodrome.mission.schema import Target
from cosmodrome.physics.frames import ground_velocity
from cosmodrome.physics.orbit import elements, normal
from tests.ascent.small import LEO, northward_m_s, soyuz
from tests.flight.worlds import RADIUS_M, ball, ellipsoid, vacuum
from tests.rockets import MISSION, RESTARTABLE, write_files

SPHERE = vacuum(ball(rotation=7.292115e-5))
STILL = vacuum(ball())


def pad(latitude_deg, world=SPHERE):
    """State (6,) at rest on a pad at longitude zero."""
    latitude = math.radians(latitude_deg)
    r = (RADIUS_M * math.cos(latitude), 0.0, RADIUS_M * math.sin(latitude))
    return np.array([*r, *ground_velocity(r, world.earth)])


def leo(inclination_deg, node_deg=None):
    node = None if node_deg is None else math.radians(node_deg)
    inclination = None if inclination_deg is None else math.radians(inclination_deg)
    return Target(6.6e6, 0.0, inclination, ra_of_asc_node_rad=node)


# --- headings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("latitude", [-62.0, -5.0, 0.0, 28.5, 51.7, 80.0])
@pytest.mark.parametrize("inclination", [82.0, 90.0, 97.4, 140.0])
def test_both_headings_have_the_inclination_and_pass_through_the_pad(latitude, inclination):
    if not abs(latitude) < inclination < 180.0 - abs(latitude):
        inclination = 180.0 - abs(latitude) - 0.5
    start = pad(latitude)
    for heading in headings(leo(inclination), start, SPHERE):
        n = np.array(heading.normal)
        assert math.degrees(math.acos(n[2])) == pytest.approx(inclination, abs=1e-6)
        assert n @ start[:3] / RADIUS_M == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("inclination", [60.0, 97.4])
def test_one_heading_is_northbound_and_the_other_southbound(inclination):
    start = pad(51.7)
    northbound, southbound = headings(leo(inclination), start, SPHERE)
    assert northbound.is_ascending and not southbound.is_ascending
    assert math.cos(northbound.azimuth) > 0.0 > math.cos(southbound.azimuth)
    # the motion is normal x r; its z-component tells north
    for heading, sign in ((northbound, 1.0), (southbound, -1.0)):
        assert sign * np.cross(heading.normal, start[:3])[2] > 0.0


def test_on_an_earth_that_does_not_turn_the_azimuth_is_the_one_of_the_textbook():
    """sin(azimuth) = cos i / cos latitude: D. Vallado, Fundamentals of Astrodynamics, 4th ed., eq. 6-4."""
    northbound, southbound = headings(leo(60.0), pad(40.0, STILL), STILL)
    wanted = math.asin(math.cos(math.radians(60.0)) / math.cos(math.radians(40.0)))
    assert northbound.azimuth % math.tau == pytest.approx(wanted, abs=1e-9)
    assert southbound.azimuth % math.tau == pytest.approx(math.pi - wanted, abs=1e-9)


def test_the_turning_earth_asks_for_a_more_westerly_tilt():
    """A prograde launch has an eastward start, so over the ground it aims to the left of the inertial azimuth."""
    turning, _ = headings(leo(60.0), pad(40.0), SPHERE)
    still, _ = headings(leo(60.0), pad(40.0, STILL), STILL)
    assert 0.0 < still.azimuth - turning.azimuth < math.radians(5.0)


@pytest.mark.parametrize(("inclination", "azimuth_deg"), [(5.0, 90.0), (178.0, 270.0)])
def test_an_inclination_out_of_reach_is_flown_due_east_or_west(inclination, azimuth_deg):
    for heading in headings(leo(inclination), pad(28.5, STILL), STILL):
        assert math.degrees(heading.azimuth) % 360.0 == pytest.approx(azimuth_deg, abs=1e-6)


def test_a_free_inclination_is_flown_due_east():
    northbound, _ = headings(leo(None), pad(28.5, STILL), STILL)
    assert math.degrees(northbound.azimuth) == pytest.approx(90.0, abs=1e-6)


@pytest.mark.parametrize("latitude", [90.0, -90.0, 89.999999])
def test_a_pole_has_headings_like_any_place(latitude):
    start = pad(latitude)
    for heading in headings(leo(90.0), start, SPHERE):
        n = np.array(heading.normal)
        assert np.isfinite(n).all() and np.linalg.norm(n) == pytest.approx(1.0)
        assert n[2] == pytest.approx(0.0, abs=1e-7)


def test_the_direction_that_is_asked_for_is_flown():
    for direction, is_ascending in (("ascending", True), ("descending", False)):
        heading = open_headings(leo(70.0), pad(50.0), SPHERE, direction, None, None)[0]
        assert heading.is_ascending == is_ascending


@pytest.mark.parametrize(("corridor_deg", "is_ascending"), [((0.0, 80.0), True), ((100.0, 200.0), False)])
def test_a_corridor_chooses_the_direction_that_lies_in_it(corridor_deg, is_ascending):
    corridor = tuple(map(math.radians, corridor_deg))
    assert open_headings(leo(60.0), pad(50.0), SPHERE, "auto", corridor, None)[0].is_ascending == is_ascending


def test_a_node_chooses_the_direction_whose_plane_is_nearer():
    start = pad(50.0)
    for heading in headings(leo(60.0), start, SPHERE):
        n = heading.normal
        node = math.degrees(math.atan2(n[0], -n[1]))
        assert np.array(normal(math.radians(60.0), math.radians(node))) == pytest.approx(
            np.array(n), abs=1e-9
        )
        chosen = open_headings(leo(60.0, node), start, SPHERE, "auto", None, None)[0]
        assert chosen.is_ascending == heading.is_ascending


# --- flown guesses ------------------------------------------------------------------------------------

NEAR_POLE = "{ latitude_deg = 89.9, longitude_deg = 0, height_m = 0 }"
CASES = {
    "prograde": (LEO + "inclination_deg = 51.7", "", '"vostochny-1s"', 51.7),
    "northbound": (
        LEO + "inclination_deg = 65",
        '[profile]\nlaunch_direction = "ascending"',
        '"vostochny-1s"',
        65.0,
    ),
    "southbound": (
        LEO + "inclination_deg = 65",
        '[profile]\nlaunch_direction = "descending"',
        '"vostochny-1s"',
        65.0,
    ),
    "retrograde": (LEO + "inclination_deg = 97.4", "", '"vostochny-1s"', 97.4),
    "near the pole": (LEO + "inclination_deg = 90", "", NEAR_POLE, 90.0),
}


@pytest.mark.parametrize("name", CASES)
def test_a_guess_flies_near_its_target_in_its_plane(name, tmp_path):
    target, rest, site, inclination = CASES[name]
    problem = pose(soyuz(tmp_path, target, rest, site))
    start = first_start(problem)
    guess = start.guess
    assert np.isfinite(guess.ends).all()
    assert guess.record("min_altitude_m").min() > -100.0
    r, v = guess.ends[-1, :3], guess.ends[-1, 3:6]
    orbit = elements(tuple(r), tuple(v), problem.environment.earth.mu)
    # a few numbers steer it: near enough to converge from, no more is asked
    assert abs(np.linalg.norm(r) - problem.question.target.perigee_radius_m) < 50e3
    assert abs(r @ v) / np.linalg.norm(r) < 200.0
    assert np.linalg.norm(v) > 6500.0
    assert math.degrees(orbit.i) == pytest.approx(inclination, abs=4.0)
    if name in ("northbound", "southbound", "retrograde"):
        is_ascending = problem.way.heading.is_ascending
        assert (northward_m_s(guess.ends[2]) > 0.0) == is_ascending == (name != "southbound")


def test_a_guess_books_every_kilogram(tmp_path):
    problem = pose(soyuz(tmp_path, LEO + "inclination_deg = 51.7"))
    start = first_start(problem)
    timeline, guess = start.timeline, start.guess
    assert guess.starts[0, 6] == pytest.approx(timeline.mass_without_payload_kg + guess.payload_kg, rel=1e-12)
    for k, phase in enumerate(timeline.phases[: timeline.insertion + 1]):
        spent = sum(flow.burnt_kg(guess.durations[k]) for flow in phase.flows)
        assert guess.starts[k, 6] - guess.ends[k, 6] == pytest.approx(spent, abs=1e-6)


def test_samples_of_a_guess_lie_on_its_flight_and_its_axes_are_unit_vectors(tmp_path):
    problem = pose(soyuz(tmp_path, LEO + "inclination_deg = 51.7"))
    start = first_start(problem)
    phases = start.timeline.phases[: start.timeline.insertion + 1]
    mesh = tuple(uniform(max(1, round(phase.nominal_s / 40.0)), 5) for phase in phases)
    states, axes = sample(start.guess, start.timeline, problem.environment, mesh)
    for k, cut in enumerate(mesh):
        assert states[k].shape == (len(cut.points), 7)
        # the gravity turn divides by the floored air speed: 1 mm/s beside 70 m/s and more are 1e-10
        assert np.linalg.norm(axes[k], axis=1) == pytest.approx(np.ones(len(axes[k])), abs=1e-10)
        # flown in other steps than the guess itself: equal but for the order of a cheap integrator
        assert np.linalg.norm(states[k][-1, :3] - start.guess.ends[k, :3]) < 200.0


def test_the_fairing_of_a_guess_waits_for_thin_air(tmp_path):
    problem = pose(soyuz(tmp_path, LEO + "inclination_deg = 51.7"))
    start = first_start(problem)
    thin = thin_air_time(start.guess, start.timeline, problem.environment, 1135.0)
    release = nominal_times(start.timeline, start.guess.durations)["fairing.release"]
    assert thin - 5.0 <= release <= thin + 15.0
    later = thin_air_time(start.guess, start.timeline, problem.environment, 100.0)
    assert later > thin


def test_another_rank_is_another_tilt(tmp_path):
    problem = pose(soyuz(tmp_path, LEO + "inclination_deg = 51.7"))
    first, second = first_start(problem), first_start(problem, rank=1)
    assert np.abs(first.guess.ends[1] - second.guess.ends[1]).max() > 10.0


# --- guesses of several burns -------------------------------------------------------------------------

SEVERAL = {
    "high circle": "perigee_altitude_km = 1500\napogee_altitude_km = 1500\ninclination_deg = 20",
    "transfer orbit": "perigee_altitude_km = 250\napogee_altitude_km = 35786\ninclination_deg = 12\n"
    "arg_of_pericenter_deg = 180",
    "escape": "c3_km2_s2 = 2\ndeclination_deg = -5\ninclination_deg = 15",
}


def several(folder, name, burns):
    """Problem and start of the small rocket's flight to an orbit in so many burns of its second stage."""
    head = MISSION.split("[target]")[0]
    profile = f'[profile]\nupper_stage_burns = {burns}\nlaunch_direction = "ascending"\n'
    problem = pose(
        read_mission(write_files(folder, f"{head}[target]\n{SEVERAL[name]}\n{profile}", RESTARTABLE))
    )
    return problem, first_start(problem)


@pytest.mark.parametrize("burns", [2, 3])
@pytest.mark.parametrize("name", SEVERAL)
def test_a_guess_of_several_burns_ends_near_its_orbit(tmp_path, name, burns):
    problem, start = several(tmp_path, name, burns)
    guess, target, earth = start.guess, problem.question.target, problem.environment.earth
    assert np.isfinite(guess.ends).all() and guess.record("min_altitude_m").min() > -100.0
    r, v = guess.ends[-1, :3], guess.ends[-1, 3:6]
    distance, speed = float(np.linalg.norm(r)), float(np.linalg.norm(v))
    # the speed that the target's energy has there, but for what a steered guess, an empty tank, and a coast that may
    # not last a whole revolution leave
    wanted = math.sqrt(earth.mu * (2.0 / distance - 1.0 / target.semi_major_axis_m))
    assert abs(speed - wanted) < 400.0
    assert distance > earth.radius + problem.question.floor_altitude_m
    orbit = elements(tuple(r), tuple(v), earth.mu)
    assert math.degrees(orbit.i) == pytest.approx(math.degrees(target.inclination_rad), abs=2.0)
    if target.arg_of_pericenter_rad is not None:
        assert math.remainder(orbit.omega - target.arg_of_pericenter_rad, math.tau) == pytest.approx(
            0.0, abs=math.radians(10.0)
        )


@pytest.mark.parametrize("burns", [2, 3])
@pytest.mark.parametrize("name", SEVERAL)
def test_the_climb_of_a_guess_ends_level_where_its_route_wants(tmp_path, name, burns):
    _, start = several(tmp_path, name, burns)
    route, last = start.guesser.route, start.timeline.burns[-1].windows[0][-1]
    r, v = start.guess.ends[last, :3], start.guess.ends[last, 3:6]
    assert np.linalg.norm(r) == pytest.approx(route.radius_m, abs=20e3)
    assert np.linalg.norm(v) == pytest.approx(route.speed_m_s, abs=50.0)
    assert abs(r @ v) / np.linalg.norm(r) < 50.0


@pytest.mark.parametrize("burns", [2, 3])
@pytest.mark.parametrize("name", SEVERAL)
def test_a_guess_of_several_burns_keeps_its_coasts_and_its_tank(tmp_path, name, burns):
    _, start = several(tmp_path, name, burns)
    timeline, durations = start.timeline, start.guess.durations
    coasts = [tie for tie in timeline.ties if "coast" in tie.name]
    assert len(coasts) == burns - 1
    for tie in coasts:
        assert tie.lower_s <= sum(durations[k] for k in tie.phases) <= tie.upper_s
    burn = timeline.burns[-1]
    spent = sum(flow.burnt_kg(float(durations[k])) for k in burn.phases for flow in timeline.phases[k].flows)
    assert 0.0 < spent <= burn.usable_kg
    # what is weighed is burnt: the states lose what the flows say
    for k in burn.phases:
        lost = start.guess.starts[k, 6] - start.guess.ends[k, 6]
        mine = sum(flow.burnt_kg(float(durations[k])) for flow in timeline.phases[k].flows)
        assert lost == pytest.approx(mine, abs=1e-6)


def test_the_mesh_of_a_coast_is_finer_where_the_motion_is_faster(tmp_path):
    """A coast from beside the perigee to the apogee's far side and back: even steps of eccentric anomaly."""
    problem, start = several(tmp_path, "transfer orbit", 3)
    mesh, timeline = first_mesh(problem, start), start.timeline
    tie = next(tie for tie in timeline.ties if tie.name == "second.coast-2")
    (k,) = tie.phases
    widths = np.diff(mesh[k].edges) * start.guess.durations[k]
    assert len(widths) > 4
    # five hours of it around the apogee, where an even mesh would have four fifths of its intervals
    assert widths.max() > 3.0 * widths.min()
    assert widths.sum() == pytest.approx(start.guess.durations[k], rel=1e-12)


def test_the_ellipsoid_changes_the_heading_only_a_little():
    """Geodetic up differs from geocentric up by 0.19 deg at most."""
    world = vacuum(ellipsoid())
    on_ball, _ = headings(leo(60.0), pad(45.0), SPHERE)
    on_ellipsoid, _ = headings(leo(60.0), pad(45.0), world)
    assert abs(on_ball.azimuth - on_ellipsoid.azimuth) < math.radians(0.2)


def test_a_direction_that_nothing_decides_is_left_open():
    assert len(open_headings(leo(70.0), pad(50.0), SPHERE, "auto", None, None)) == 2


@pytest.mark.parametrize(("usual_deg", "is_ascending"), [(62.0, True), (344.0, True), (190.0, False)])
def test_the_site_decides_by_where_its_launches_usually_go(usual_deg, is_ascending):
    found = open_headings(leo(97.0), pad(50.0), SPHERE, "auto", None, math.radians(usual_deg))
    assert [heading.is_ascending for heading in found] == [is_ascending]


def test_due_east_there_is_one_direction():
    assert len(open_headings(leo(50.0), pad(50.0), SPHERE, "auto", None, None)) == 1
