"""The maps of the page: the atlas is the one we know, lines and areas are cut right, names do not collide."""

import hashlib
import json
import re
from importlib.resources import files

import numpy as np
import pytest

from cosmodrome.reporting.page.atlas import atlas, ring_of
from cosmodrome.reporting.page.land import land_about, land_of_world
from cosmodrome.reporting.page.lettering import Lettering
from cosmodrome.reporting.page.marks import drop_letters, place_text
from cosmodrome.reporting.page.pad_map import pad_map
from cosmodrome.reporting.page.paths import Frame, area_path, line_path
from cosmodrome.reporting.page.world_map import world_map

SQUARE = Frame(0.0, 10.0, 0.0, 10.0, 100.0)
WORLD = Frame(-180.0, 180.0, -90.0, 90.0, 1000.0)


def points(path):
    """The absolute points of a path of one piece, drawn units."""
    numbers = [float(x) for x in re.findall(r"-?[\d.]+", path)]
    return np.cumsum(np.array(numbers).reshape(-1, 2), axis=0)


def is_inside(polygons, x, y):
    """Whether a point is inside an odd number of polygons, each `(n, 2)` (ray casting)."""
    inside = False
    for polygon in polygons:
        (x0, y0), (x1, y1) = polygon.T, np.roll(polygon, -1, axis=0).T
        crosses = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        inside ^= bool(np.count_nonzero(crosses & (x < at)) % 2)
    return inside


def polygons(markup):
    d = re.search(r'd="([^"]*)" class="land"', markup)[1]
    return [points(piece) for piece in d.split("Z") if piece]


def test_the_vendored_files_are_the_listed_ones():
    vendor = files("cosmodrome.reporting") / "assets" / "vendor"
    packages = json.loads((vendor / "vendored.json").read_text("utf-8"))
    assert {p["license"] for p in packages} <= {"MIT", "BSD-3-Clause", "ISC", "Apache-2.0"}
    for package in packages:
        assert "LICENSE" in package["files"]
        for name, digest in package["files"].items():
            data = (vendor / package["name"] / name.rpartition("/")[2]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest


def test_every_ring_of_the_atlas_is_closed():
    found = atlas()
    arcs = dict(enumerate(found.arcs))
    for ring in found.rings:
        points = ring_of(ring, arcs)
        # One step of the quantisation, and whole turns: 180° E is 180° W.
        gap = (points[0] - points[-1] + 180.0) % 360.0 - 180.0
        assert np.abs(gap).max() < 0.004


# Places on land and at sea, from any atlas.
PLACES = [
    (51.9, 128.3, True),  # Vostochny
    (-23.5, 133.9, True),  # Alice Springs
    (-85.0, 20.0, True),  # inner Antarctica
    (67.0, -175.0, True),  # Chukotka, beyond 180°
    (72.0, -40.0, True),  # inner Greenland
    (0.0, -150.0, False),  # Pacific
    (40.0, -40.0, False),  # Atlantic
    (-60.0, 100.0, False),  # Southern Ocean
    (80.0, 170.0, False),  # Arctic Ocean
    (42.0, 51.0, False),  # Caspian Sea
]


@pytest.mark.parametrize(("latitude", "longitude", "is_land"), PLACES)
def test_the_world_map_has_land_where_land_is(latitude, longitude, is_land):
    land = polygons(land_of_world(WORLD)[0])
    x, y = WORLD.drawn([longitude], [latitude])
    assert is_inside(land, float(x[0]), float(y[0])) is is_land


@pytest.mark.parametrize(
    ("pad", "bearing_km", "is_land"),
    [
        ((51.884, 128.334), (0.0, 0.0), True),
        ((51.884, 128.334), (1800.0, 0.0), False),  # Sea of Okhotsk or the Pacific beyond Sakhalin
        ((5.3, -52.8), (-400.0, -600.0), True),  # Amazonia
        ((5.3, -52.8), (800.0, 800.0), False),  # Atlantic
        ((28.5, -80.6), (500.0, 0.0), False),  # Atlantic off Florida
        ((28.5, -80.6), (-100.0, 0.0), True),  # Florida
    ],
)
def test_the_map_about_a_pad_has_land_where_land_is(pad, bearing_km, is_land):
    frame = Frame(-2500.0, 2500.0, -2500.0, 2500.0, 1000.0)
    land = polygons(land_about(pad, frame)[0])
    x, y = frame.drawn([bearing_km[0]], [bearing_km[1]])
    assert is_inside(land, float(x[0]), float(y[0])) is is_land


def test_a_small_map_inside_a_large_land_is_all_land():
    frame = Frame(-50.0, 50.0, -50.0, 50.0, 1000.0)
    land = polygons(land_about((60.0, 100.0), frame)[0])
    assert all(is_inside(land, x, y) for x in (1.0, 999.0) for y in (1.0, 999.0))


def test_no_border_runs_across_the_world_map():
    d = re.search(r'd="([^"]*)" class="border"', land_of_world(WORLD)[1])[1]
    steps = [float(x) for x in re.findall(r"-?[\d.]+", " ".join(re.findall(r"l([^M]*)", d)))]
    # A step of a real border is short: 30 units are 11 degrees.
    assert max(abs(x) for x in steps) < 30.0


def test_a_line_is_cut_where_it_leaves_the_frame_and_where_it_has_no_value():
    x = np.array([1.0, 5.0, 50.0, 60.0, 70.0, 5.0, np.nan, 2.0, 3.0])
    pieces = line_path(SQUARE, x, np.full(9, 5.0)).split("M")[1:]
    # One point outside is kept on either side, so that the line reaches the frame.
    assert pieces == ["10 50l40 0 450 0", "700 50l-650 0", "20 50l10 0"]


def test_an_area_larger_than_the_frame_covers_it():
    big = np.array([[-90.0, -90.0], [90.0, -90.0], [90.0, 90.0], [-90.0, 90.0]])
    drawn = points(area_path(SQUARE, *big.T).rstrip("Z"))
    assert all(is_inside([drawn], x, y) for x in (0.0, 100.0) for y in (0.0, 100.0))
    # The cut edges lie outside of what is shown, and not far.
    assert drawn.min() == pytest.approx(-5.0) and drawn.max() == pytest.approx(105.0)


def test_an_area_outside_the_frame_is_not_drawn():
    away = np.array([[20.0, 20.0], [30.0, 20.0], [30.0, 30.0]])
    assert area_path(SQUARE, *away.T) == ""


def test_names_do_not_lie_on_each_other():
    lettering = Lettering(14.0, 500.0)
    for k in range(8):
        assert lettering.beside(500.0 + k, 250.0, f"body {k}, 1 000 km", "drop-name")
    boxes = lettering.taken
    for k, (a, b, c, d) in enumerate(boxes):
        assert all(a >= g or c <= e or b >= h or d <= f for e, f, g, h in boxes[:k])


def test_a_name_without_room_is_left_out():
    lettering = Lettering(14.0, 10.0)
    assert lettering.beside(500.0, 5.0, "body", "drop-name") == []


def test_both_maps_tell_in_words_what_comes_down_where(result, columns):
    told = pad_map(result, columns)
    for drop in result["drop_points"]:
        assert f"{drop['body']} comes down" in told
    assert 'role="img"' in told and 'role="img"' in world_map(result, columns)


def test_a_drop_lies_at_its_distance_on_the_map_about_the_pad(result, columns):
    drawn = pad_map(result, columns)
    rings = [float(r) for r in re.findall(r'r="([\d.]+)" class="ring"', drawn)]
    pad_x, pad_y = (
        float(v) for v in re.search(r'cx="([\d.]+)" cy="([\d.]+)" r="[\d.]+" class="ring"', drawn).groups()
    )
    # The synthetic drops lie by WGS84 geodesics at downrange_m; the rings are 500 km apart.
    scale = rings[1] - rings[0]
    crosses = re.findall(r'd="M(-?[\d.]+) (-?[\d.]+)l12 12m0 -12l-12 12"', drawn)
    for drop, (x, y) in zip(result["drop_points"], crosses, strict=True):
        away = np.hypot(float(x) + 6.0 - pad_x, float(y) + 6.0 - pad_y) / scale * ring_step_km(drawn)
        # A tenth of a drawn unit is the precision of the path, of some 2 km.
        assert away == pytest.approx(drop["downrange_m"] / 1e3, abs=4.0)


def ring_step_km(drawn):
    names = re.findall(r'class="ring-name">([\d\u202f]+) km<', drawn)
    return min(float(name.replace("\u202f", "")) for name in names)


def test_a_track_over_180_degrees_has_no_line_across_the_map(result, columns):
    columns["longitude_deg"] = (columns["longitude_deg"] + 45.0 + 180.0) % 360.0 - 180.0
    tracks = re.findall(r'd="([^"]*)" class="track', world_map(result, columns))
    assert sum(track.count("M") for track in tracks) > len(tracks)
    steps = [float(x) for track in tracks for part in re.findall(r"l([^M]*)", track) for x in part.split()]
    assert max(abs(x) for x in steps) < 30.0


def test_a_flight_that_goes_far_begins_on_the_map_about_the_pad(result, columns):
    columns["latitude_deg"][-50:] = -40.0
    columns["longitude_deg"][-50:] = -60.0
    track = re.search(r'd="([^"]*)" class="track coast"', pad_map(result, columns))[1]
    drawn = points(track)
    assert np.abs(drawn).max() < 1500.0


def test_letters_go_on_after_the_alphabet():
    letters = drop_letters([{}] * 30)
    assert (letters[0], letters[25], letters[26], letters[29]) == ("A", "Z", "AA", "AD")


def test_a_place_is_named_by_its_hemispheres():
    assert place_text(-5.25, -52.834) == "5.25° S 52.83° W"
