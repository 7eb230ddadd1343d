"""ephemeris.oem: the standard's layout, read back by an independent reader, whatever the mission is called."""

import datetime

import numpy as np
import pytest
from oem import OrbitEphemerisMessage

from cosmodrome.reporting.oem import Stretch, oem_text, stretches
from tests.reporting.nasty import NASTY_NAMES

LIFTOFF = datetime.datetime(2027, 4, 15, 2, tzinfo=datetime.UTC)
CREATED = datetime.datetime(2027, 1, 2, 3, 4, 5, 678, tzinfo=datetime.UTC)


def line(t, comment="a stretch"):
    """States along a straight line at 7.5 km/s."""
    t = np.asarray(t, dtype=float)
    v = np.tile([5000.0, -3000.0, 4700.0], (t.size, 1))
    return Stretch(comment, t, np.array([6.6e6, 1.2e5, -3.4e4]) + v * t[:, None], v)


def text(parts, name="Test", liftoff=LIFTOFF, remarks=()):
    return oem_text(name, "GCRF", liftoff, parts, remarks, CREATED)


@pytest.fixture
def read(tmp_path):
    def through_a_file(content):
        (tmp_path / "a.oem").write_text(content, encoding="ascii")
        return OrbitEphemerisMessage.open(tmp_path / "a.oem")

    return through_a_file


def test_states_are_read_back_to_a_millimetre(read):
    part = line([0.0, 0.5, 1.0, 1.75])
    states = list(read(text([part])).states)
    assert np.array([s.position for s in states]) * 1e3 == pytest.approx(part.r_m, abs=1e-3)
    assert np.array([s.velocity for s in states]) * 1e3 == pytest.approx(part.v_m_s, abs=1e-5)
    assert [s.epoch.isot for s in states][-1] == "2027-04-15T02:00:01.750000"


def test_the_header_is_that_of_version_two(read):
    message = read(text([line([0.0, 1.0])]))
    assert message.version == "2.0"
    assert message.header["ORIGINATOR"] == "COSMODROME"
    assert message.header["CREATION_DATE"].isot == "2027-01-02T03:04:05.000678"
    (segment,) = message
    told = {
        key: segment.metadata[key] for key in ("CENTER_NAME", "REF_FRAME", "TIME_SYSTEM", "INTERPOLATION")
    }
    assert told == {
        "CENTER_NAME": "EARTH",
        "REF_FRAME": "GCRF",
        "TIME_SYSTEM": "UTC",
        "INTERPOLATION": "HERMITE",
    }
    assert segment.metadata["INTERPOLATION_DEGREE"] == 3


def test_the_keywords_of_a_segment_stand_in_the_order_of_the_standard():
    """CCSDS 502.0-B-2, table 5-3: the order in which keywords are listed is the order in which they must occur."""
    lines = text([line([0.0, 1.0])]).splitlines()
    inside = lines[lines.index("META_START") + 1 : lines.index("META_STOP")]
    keys = [each.split(" = ")[0] for each in inside if not each.startswith("COMMENT")]
    assert keys == [
        "OBJECT_NAME",
        "OBJECT_ID",
        "CENTER_NAME",
        "REF_FRAME",
        "TIME_SYSTEM",
        "START_TIME",
        "STOP_TIME",
        "INTERPOLATION",
        "INTERPOLATION_DEGREE",
    ]
    assert lines[0] == "CCSDS_OEM_VERS = 2.0"


def test_remarks_are_comments_of_the_header_before_its_other_keys():
    lines = text([line([0.0, 1.0])], remarks=("first " * 40, "second")).splitlines()
    comments = [
        i for i, each in enumerate(lines) if each.startswith("COMMENT") and i < lines.index("META_START")
    ]
    assert comments == list(range(1, 1 + len(comments)))
    words = " ".join(lines[i].removeprefix("COMMENT ") for i in comments)
    assert words == " ".join(["first"] * 40 + ["second"])


def test_rows_that_stand_twice_part_the_flight():
    columns = line([0.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 4.5])
    phase = np.array(["a"] * 3 + ["b"] * 5)
    parts = stretches(phase, columns.t_s, columns.r_m, columns.v_m_s)
    assert [part.t_s.tolist() for part in parts] == [[0.0, 1.0, 2.0], [2.0, 3.0, 4.0], [4.0, 4.5]]
    assert [part.comment for part in parts] == ["Phase: a", "Phase: b", "Phase: b"]


def test_segments_share_only_their_ends(read):
    spans = [segment.span for segment in read(text([line([0.0, 1.0]), line([1.0, 1.0 + 2e-6, 3.0])]))]
    assert spans[0][1] == spans[1][0]
    assert spans[1][0] < spans[1][1]


def test_an_instant_between_microseconds_is_moved_with_its_state(read):
    part = line([0.0, 1.0000004, 2.00000049])
    states = list(read(text([part])).states)
    assert [s.epoch.isot[-9:] for s in states] == ["00.000000", "01.000000", "02.000000"]
    # a millimetre is what the reader is held to; unmoved, the state would be 3 mm ahead of its instant
    expected = part.r_m[0] + part.v_m_s[0] * np.array([[0.0], [1.0], [2.0]])
    assert np.array([s.position for s in states]) * 1e3 == pytest.approx(expected, abs=2e-6)


def test_instants_nearer_than_a_microsecond_are_told_once(read):
    states = list(read(text([line([0.0, 0.25, 0.2500002, 0.5])])).states)
    assert len(states) == 3


def test_a_stretch_without_two_instants_is_left_out(read):
    message = read(text([line([0.0, 1.0]), line([1.0, 1.0 + 1e-8]), line([1.0, 2.0])]))
    assert len(list(message)) == 2


def test_a_flight_across_midnight_goes_on_the_next_day(read):
    late = datetime.datetime(2027, 12, 31, 23, 59, 30, tzinfo=datetime.UTC)
    states = list(read(text([line([0.0, 29.5, 30.0, 45.0])], liftoff=late)).states)
    assert [s.epoch.isot[:19] for s in states] == [
        "2027-12-31T23:59:30",
        "2027-12-31T23:59:59",
        "2028-01-01T00:00:00",
        "2028-01-01T00:00:15",
    ]


def test_a_lift_off_told_in_another_zone_is_written_in_utc():
    there = datetime.timezone(datetime.timedelta(hours=9))
    assert text([line([0.0, 1.0])], liftoff=LIFTOFF.astimezone(there)) == text([line([0.0, 1.0])])


@pytest.mark.parametrize("name", NASTY_NAMES)
def test_whatever_a_mission_and_its_phases_are_called_the_message_keeps_to_the_standard(name, read):
    content = text([line([0.0, 1.0], comment=f"Phase: {name}")], name=name, remarks=(f"about {name}",))
    lines = content.split("\n")
    # CCSDS 502.0-B-2, sec. 7.3.2 and 7.3.3: printable ASCII, at most 254 characters
    assert all(len(each) <= 254 and all(" " <= c <= "~" for c in each) for each in lines)
    (segment,) = read(content)
    assert segment.metadata["OBJECT_ID"] == "UNKNOWN"
    assert segment.metadata["OBJECT_NAME"] == segment.metadata["OBJECT_NAME"].upper().strip() != ""
    assert len(list(segment.states)) == 2


def test_a_name_in_ascii_stays_readable(read):
    (segment,) = read(text([line([0.0, 1.0])], name="Soyuz-2.1b, Kourou–Ångström"))
    assert segment.metadata["OBJECT_NAME"] == "SOYUZ-2.1B, KOUROU?ANGSTROM"
