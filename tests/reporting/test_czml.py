"""scene.czml: read by an independent reader of the language, packet by packet."""

import html
import json
from html.parser import HTMLParser

import numpy as np
import pytest
from czml3 import Document

from cosmodrome.reporting.czml import czml_text
from tests.reporting.nasty import NASTY_NAMES
from tests.reporting.scenes import renamed, scene


@pytest.fixture
def packets():
    return {packet["id"]: packet for packet in json.loads(czml_text(scene()))}


def test_an_independent_reader_finds_what_was_written():
    text = czml_text(scene())
    document = Document.model_validate_json(text)
    assert json.loads(document.dumps()) == json.loads(text)


def test_the_document_comes_first_with_a_clock_over_the_whole_flight(packets):
    first = next(iter(packets.values()))
    assert (first["id"], first["version"]) == ("document", "1.0")
    assert first["clock"]["interval"] == "2027-12-31T23:58:00.000000Z/2028-01-01T00:07:18.000000Z"
    # 558 s in about a minute
    assert first["clock"]["multiplier"] == 9


def test_the_vehicle_has_every_place_of_the_path_with_its_time(packets):
    position = packets["vehicle"]["position"]
    rows = np.array(position["cartographicDegrees"]).reshape(-1, 4)
    path = scene().path
    assert position["epoch"] == "2027-12-31T23:58:00.000000Z"
    assert rows[:, 0] == pytest.approx(path["t_s"], abs=1e-6)
    # 1e-7 deg are a centimetre
    assert rows[:, 1] == pytest.approx(path["longitude_deg"], abs=1e-7)
    assert rows[:, 2] == pytest.approx(path["latitude_deg"], abs=1e-7)
    assert rows[:, 3] == pytest.approx(path["altitude_m"], abs=0.1)
    assert packets["vehicle"]["availability"] == packets["document"]["clock"]["interval"]


def test_every_event_is_a_point_where_it_happened(packets):
    for number, event in enumerate(scene().events, 1):
        packet = packets[f"event-{number}"]
        place = (event["longitude_deg"], event["latitude_deg"], event["altitude_m"])
        assert packet["position"]["cartographicDegrees"] == pytest.approx(place, abs=0.1)
        assert packet["name"] == event["name"]


def test_drop_points_and_pad_lie_on_the_ground(packets):
    drops = scene().drop_points
    for packet_id in ["pad", *(f"drop-{i}" for i in range(1, len(drops) + 1))]:
        assert packets[packet_id]["position"]["cartographicDegrees"][2] == 0.0
        assert packets[packet_id]["point"]["heightReference"] == {"heightReference": "CLAMP_TO_GROUND"}
    assert packets["drop-1"]["name"].startswith("strap-ons")


def test_a_description_tells_the_numbers_with_their_units(packets):
    text = packets["event-4"]["description"]
    assert "<th>dynamic pressure</th>" in text
    assert "kPa" in text
    assert "T+" in text
    assert "2027-12-31T23:59:14.000000Z" in text


class Tags(HTMLParser):
    """The tags that a viewer of HTML would see."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def handle_starttag(self, tag, attrs):
        assert not attrs
        self.seen.add(tag)


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_whatever_things_are_called_the_document_is_read_and_holds_no_foreign_tags(name):
    text = czml_text(renamed(name))
    document = Document.model_validate_json(text.encode())
    assert json.loads(document.dumps()) == json.loads(text)
    packets = json.loads(text)
    assert [p["id"] for p in packets[:4]] == ["document", "vehicle", "ground-track", "pad"]
    assert len(packets) == 4 + len(scene().events) + len(scene().drop_points)
    assert packets[1]["name"] == name
    tags = Tags()
    for packet in packets:
        tags.feed(packet.get("description", ""))
    assert tags.seen <= {"table", "tr", "th", "td", "p"}
    assert html.escape(name) in packets[0]["description"]
