"""The figures: that they exist, show something, and that the angles in them are right."""

import matplotlib.image
import numpy as np
import pytest
from pyproj import Geod

from cosmodrome.reporting.curves import thrust_angles_deg
from cosmodrome.reporting.figures import draw_figures
from cosmodrome.reporting.places import on_map_km
from tests.reporting import synthetic

NAMES = ["profile", "attitude", "ground_track", "delta_v", "limits"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "figures"
    return draw_figures(synthetic.result(), synthetic.columns(), "Demo", folder)


def test_every_figure_is_a_picture_with_something_on_it(drawn):
    assert [path.stem for path in drawn] == NAMES
    for path in drawn:
        pixels = matplotlib.image.imread(path)
        assert pixels.shape[1] > 1000
        # White paper with ink: a blank sheet has none, a failed layout covers everything.
        inked = np.mean(pixels[..., :3].min(axis=2) < 0.9)
        assert 0.005 < inked < 0.5, path.stem


def test_a_run_without_trajectory_draws_nothing(tmp_path):
    assert draw_figures(synthetic.infeasible_result(), {}, "Demo", tmp_path / "figures") == []
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_limits_or_drop_points_still_has_its_other_figures(tmp_path, result, columns):
    result["limits"], result["drop_points"], result["events"] = [], [], []
    drawn = draw_figures(result, columns, "Demo", tmp_path / "figures")
    assert [path.stem for path in drawn] == ["profile", "attitude", "ground_track", "delta_v"]


def test_a_flight_with_a_coast_and_without_air_is_drawn(tmp_path, result, columns):
    columns["throttle"][300:400] = 0.0
    columns["mach"][:] = np.nan
    columns["dynamic_pressure_pa"][:] = 0.0
    columns["heat_flux_w_m2"][:] = 0.0
    assert len(draw_figures(result, columns, "Demo", tmp_path / "figures")) == len(NAMES)


def test_events_and_bodies_without_a_known_place_are_left_off_the_map(tmp_path, result, columns):
    result["drop_points"][1].update(latitude_deg=None, longitude_deg=None, downrange_m=None, t_s=None)
    result["events"][5].update(latitude_deg=None, longitude_deg=None)
    assert len(draw_figures(result, columns, "Demo", tmp_path / "figures")) == len(NAMES)


@pytest.mark.parametrize("coast_s", [60.0, 12_000.0])
def test_a_second_burn_after_a_coast_of_hours_and_half_round_the_earth_is_drawn(
    tmp_path, result, columns, coast_s
):
    """Three rows more: cut-off again, two burns; the track goes on over the date line to the other side."""
    end = columns["t_s"][-1]
    more = {name: np.repeat(values[-1:], 3) for name, values in columns.items()}
    more["t_s"] = end + np.array([coast_s, coast_s + 90.0, coast_s + 90.0])
    more["longitude_deg"] = np.array([-170.0, -20.0, -19.0])
    more["latitude_deg"] = np.array([10.0, -40.0, -40.0])
    more["phase"] = np.array(["coast", "burn-4", "burn-4"])
    columns = {name: np.concatenate([columns[name], more[name]]) for name in columns}
    result["burns"].append({**result["burns"][-1], "t_start_s": end + coast_s, "duration_s": 90.0})
    drawn = draw_figures(result, columns, "Demo", tmp_path / "figures")
    assert [path.stem for path in drawn] == NAMES
    # the map of the whole Earth stands below the one about the pad
    high, wide = matplotlib.image.imread(drawn[2]).shape[:2]
    assert high > wide


def horizon(latitude_deg, longitude_deg, u):
    """One row of columns at that place, its ECI meridian turned on by 70° of Earth rotation."""
    latitude, meridian = np.radians(latitude_deg), np.radians(longitude_deg + 70.0)
    up = np.array(
        [np.cos(latitude) * np.cos(meridian), np.cos(latitude) * np.sin(meridian), np.sin(latitude)]
    )
    east = np.array([-np.sin(meridian), np.cos(meridian), 0.0])
    axes = {"up": up, "east": east, "north": np.cross(up, east)}
    direction = sum(amount * axes[name] for name, amount in u.items())
    row = {f"r_eci_{k}_m": np.array([7e6 * x]) for k, x in zip("xyz", up, strict=True)}
    row |= {f"u_eci_{k}": np.array([x]) for k, x in zip("xyz", direction, strict=True)}
    return row | {"latitude_deg": np.array([latitude_deg]), "longitude_deg": np.array([longitude_deg])}


@pytest.mark.parametrize(
    ("u", "elevation_deg", "azimuth_deg"),
    [
        ({"north": 1.0}, 0.0, 0.0),
        ({"east": 1.0}, 0.0, 90.0),
        ({"north": -1.0}, 0.0, 180.0),
        ({"east": -1.0}, 0.0, 270.0),
        ({"up": 0.5, "east": np.sqrt(0.75)}, 30.0, 90.0),
        ({"up": -np.sqrt(0.5), "north": 0.5, "east": 0.5}, -45.0, 45.0),
    ],
)
@pytest.mark.parametrize("place", [(51.884, 128.334), (-62.0, -40.0), (0.0, 0.0)])
def test_thrust_angles_are_those_of_the_local_horizon(place, u, elevation_deg, azimuth_deg):
    elevation, azimuth = thrust_angles_deg(horizon(*place, u))
    assert elevation[0] == pytest.approx(elevation_deg, abs=1e-9)
    assert (azimuth[0] - azimuth_deg + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=1e-9)


def test_the_map_keeps_distance_and_bearing_from_the_pad():
    pad = (51.884, 128.334)
    longitude, latitude, _ = Geod(ellps="WGS84").fwd(pad[1], pad[0], 62.0, 1_550e3)
    x, y = on_map_km(pad, [latitude], [longitude])
    assert np.hypot(x, y)[0] == pytest.approx(1550.0, abs=1e-6)
    assert np.degrees(np.arctan2(x, y))[0] == pytest.approx(62.0, abs=1e-9)


def test_one_degree_along_the_equator_has_the_length_of_the_equatorial_radius():
    # 6 378.137 km times one degree in radians; the equator is a geodesic of the ellipsoid.
    x, y = on_map_km((0.0, 0.0), [0.0, 0.0], [1.0, -1.0])
    assert x == pytest.approx([111.319491, -111.319491], abs=1e-6)
    assert y == pytest.approx([0.0, 0.0], abs=1e-9)
