"""track.kml: valid by the schemas of OGC and Google, read by independent parsers, whole across the antimeridian."""

from itertools import pairwise

import numpy as np
import pytest
from lxml import etree
from pykml.parser import Schema

from cosmodrome.reporting.kml import kml_text
from tests.reporting.nasty import NASTY_NAMES
from tests.reporting.scenes import renamed, scene

KML, GX = "{http://www.opengis.net/kml/2.2}", "{http://www.google.com/kml/ext/2.2}"


@pytest.fixture(scope="module")
def schema():
    """KML 2.2 of OGC (07-147r2) with Google's extensions, as pykml carries them."""
    return Schema("kml22gx.xsd").schema


def parsed(text):
    # no entities, no network: what a careful reader allows
    return etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))


def marks(root, folder):
    found = next(f for f in root.iter(f"{KML}Folder") if f.findtext(f"{KML}name") == folder)
    return found.findall(f"{KML}Placemark")


def test_the_document_is_valid_by_the_schemas(schema):
    schema.assertValid(parsed(kml_text(scene())))


def test_the_track_has_a_time_for_every_place():
    track = parsed(kml_text(scene())).find(f".//{GX}Track")
    path = scene().path
    places = np.array([place.text.split() for place in track.findall(f"{GX}coord")], dtype=float)
    assert places[:, 0] == pytest.approx(path["longitude_deg"], abs=1e-7)
    assert places[:, 1] == pytest.approx(path["latitude_deg"], abs=1e-7)
    assert places[:, 2] == pytest.approx(path["altitude_m"], abs=0.1)
    times = [when.text for when in track.findall(f"{KML}when")]
    assert len(times) == len(places)
    assert times == sorted(set(times))
    assert times[0] == "2027-12-31T23:58:00.000000Z"
    assert times[-1] == "2028-01-01T00:07:18.000000Z"
    assert track.findtext(f"{KML}altitudeMode") == "absolute"


def test_every_event_is_a_placemark_with_its_numbers_under_their_keys():
    events = scene().events
    found = marks(parsed(kml_text(scene())), "Events")
    assert [mark.findtext(f"{KML}name") for mark in found] == [event["name"] for event in events]
    for mark, event in zip(found, events, strict=True):
        told = {d.get("name"): d.findtext(f"{KML}value") for d in mark.iter(f"{KML}Data")}
        assert set(told) == set(event)
        assert float(told["altitude_m"]) == event["altitude_m"]
        assert float(told["axial_acceleration_g"]) == event["axial_acceleration_g"]
        place = [float(x) for x in mark.findtext(f".//{KML}coordinates").split(",")]
        assert place == pytest.approx(
            [event["longitude_deg"], event["latitude_deg"], event["altitude_m"]], abs=0.1
        )


def test_drop_points_lie_on_the_ground():
    for mark, drop in zip(marks(parsed(kml_text(scene())), "Drop points"), scene().drop_points, strict=True):
        assert mark.findtext(f".//{KML}altitudeMode") == "clampToGround"
        assert mark.findtext(f"{KML}name").startswith(drop["body"])


def test_the_ground_track_is_cut_at_the_antimeridian_and_nowhere_else(schema):
    """Eastward over 180 deg, on to Greenwich, and back: two crossings, three lines that meet on the edge."""
    longitude = np.concatenate([np.arange(170.0, 360.0, 4.0), np.arange(358.0, 150.0, -4.0)])
    path = {
        "t_s": np.arange(longitude.size, dtype=float),
        "latitude_deg": np.linspace(50.0, -20.0, longitude.size),
        "longitude_deg": (longitude + 180.0) % 360.0 - 180.0,
        "altitude_m": np.full(longitude.size, 2e5),
    }
    root = parsed(kml_text(scene(path=path)))
    schema.assertValid(root)
    lines = [
        np.array([place.split(",") for place in line.text.split()], dtype=float)
        for line in root.findall(f".//{KML}LineString/{KML}coordinates")
    ]
    assert len(lines) == 3
    for line in lines:
        assert np.abs(np.diff(line[:, 0])).max() <= 4.0 + 1e-6
    for before, after in pairwise(lines):
        assert abs(before[-1, 0]) == 180.0
        assert after[0] == pytest.approx([-before[-1, 0], before[-1, 1]])


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_whatever_things_are_called_the_document_is_valid(name, schema):
    root = parsed(kml_text(renamed(name)))
    schema.assertValid(root)
    assert len(root.findall(f".//{KML}Placemark")) == 3 + len(scene().events) + len(scene().drop_points)
    (document,) = root
    # XML has no control characters, and makes one line end of them all
    allowed = "".join(c for c in name if c >= " " and c not in "\ufffe\uffff")
    shown = "".join(c for c in document.findtext(f"{KML}name") if c >= " " and c != "\ufffd")
    assert shown == allowed


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_where_viewers_read_html_names_are_text(name):
    document = parsed(kml_text(renamed(name)))[0]
    shown = etree.HTML(f"<div>{document.findtext(f'{KML}description')}</div>")
    assert {element.tag for element in shown.iter() if isinstance(element.tag, str)} <= {
        "html",
        "body",
        "div",
        "p",
    }
