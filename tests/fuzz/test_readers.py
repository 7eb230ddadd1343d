"""Readers met with what no corpus has thought of: they return, or refuse in one sentence."""

import math
import tomllib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cosmodrome.files.units import DIMENSIONS, quantity
from cosmodrome.mission.read import SECTIONS, SITE_POINT
from cosmodrome.physics.tables import make_table, table
from tests.fuzz import readers

MISSION = (readers.SOUND / "mission/sound.toml").read_text(encoding="utf-8")
VEHICLE = (readers.SOUND / "vehicle/sound.toml").read_text(encoding="utf-8")
quick = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

NUMBERS = st.one_of(
    st.floats(),
    st.floats(-1e4, 1e4),
    st.integers(),
    st.sampled_from([0, -0.0, 5e-324, 1e-300, 1e300, 1.7976931348623157e308, 90, 180, 360, 120, 6378.137]),
)
VALUES = st.recursive(
    st.one_of(NUMBERS, st.booleans(), st.text(max_size=12), st.none(), st.dates(), st.datetimes()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["value", "source", "confidence", "sigma", "event", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)
TOKENS = st.sampled_from([
    '"', "'", '"""', "[", "]", "[[", "]]", "{", "}", "=", ".", ",", "#", "\n", "\r\n", "\\", "\x00", "nan", "-inf",
    "1e999", "0x", "1_0", "2027-04-15", "true", "a", "é", "\ufeff", "\u202e", " ", "vehicle", "[target]", "9" * 40,
])  # fmt: skip


@st.composite
def edited(draw, text):
    """The text with a few spans cut out, doubled or replaced."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 1, 3, 10, 40])))
        middle = draw(st.one_of(TOKENS, st.just(text[start:end] * 2), st.text(max_size=4)))
        text = text[:start] + middle + text[end:]
    return text


def keys_of(shape):
    """Every spelling of the keys of a table."""
    return [key for usual in shape.quantities for key in quantity(usual).keys] + [*shape.plain, *shape.others]


@st.composite
def missions(draw):
    """A sound mission of which a few keys of its tables have other values."""
    data = tomllib.loads(MISSION)
    tables = {**SECTIONS, "site": SITE_POINT}
    for name in draw(st.lists(st.sampled_from(sorted(tables)), max_size=3)):
        inner = data[name] if isinstance(data.get(name), dict) else {}
        found = draw(st.dictionaries(st.sampled_from(keys_of(tables[name])), VALUES, max_size=4))
        data[name] = {**inner, **found}
    return data


@quick
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(TOKENS, max_size=40).map(lambda parts: "".join(parts).encode())
    )
)
def test_any_bytes_are_toml_or_refused(data):
    found = readers.toml_bytes(data)
    if found is not None:
        # whatever passes is what the standard library's parser makes of the same text
        assert repr(found) == repr(
            tomllib.loads(data.removeprefix(b"\xef\xbb\xbf").decode().replace("\r\n", "\n"))
        )


@quick
@given(edited(MISSION))
def test_an_edited_mission_is_read_or_refused(text):
    data = readers.toml_bytes(text.encode("utf-8", "surrogatepass"))
    if data is not None:
        readers.mission(data)


@quick
@given(missions())
def test_a_mission_with_any_values_is_read_or_refused(data):
    readers.mission(data)


@quick
@given(edited(VEHICLE))
def test_an_edited_vehicle_is_read_or_refused(text):
    readers.vehicle(text)


@quick
@given(st.data())
def test_a_vehicle_with_any_numbers_is_read_or_refused(data):
    lines = VEHICLE.splitlines()
    numeric = [
        k for k, line in enumerate(lines) if line[:1].isalpha() and line.rsplit("= ", 1)[-1][:1].isdigit()
    ]
    for k in data.draw(st.lists(st.sampled_from(numeric), min_size=1, max_size=3)):
        value = data.draw(st.floats(allow_nan=False, allow_infinity=False))
        lines[k] = f"{lines[k].partition('=')[0]}= {value!r}"
    readers.vehicle("\n".join(lines))


CELLS = st.one_of(
    st.floats(0, 1e5).map(repr),
    st.floats().map(repr),
    st.integers(-9, 9).map(str),
    st.text(max_size=4),
    TOKENS,
)


@quick
@pytest.mark.parametrize("kind", sorted(readers.TABLES))
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8))
def test_any_rows_are_a_table_or_refused(kind, rows):
    sound = next((readers.SOUND / kind).glob("sound.csv")).read_text()
    body = "\n".join(",".join(row) for row in rows)
    readers.table(kind, f"{sound.splitlines()[0]}\n{body}\n".encode("utf-8", "surrogatepass"))


@quick
@given(
    heights=st.lists(st.floats(-1e4, 1e9), min_size=2, max_size=8, unique=True).map(sorted),
    winds=st.lists(st.floats(-300, 300), min_size=8, max_size=8),
)
def test_every_wind_table_that_is_read_makes_a_finite_curve(heights, winds):
    rows = [f"{h!r},{w!r},0" for h, w in zip(heights, winds, strict=False)]
    columns = readers.table("wind", "\n".join(["altitude_m,wind_east_m_s,wind_north_m_s", *rows]).encode())
    if columns is not None:
        curve = make_table(columns["altitude_m"], columns["wind_east_m_s"])
        between = np.linspace(columns["altitude_m"][0], columns["altitude_m"][-1], 50)
        assert all(math.isfinite(table(float(h), curve)) for h in between)


@quick
@given(st.text(max_size=30))
def test_any_key_has_a_known_unit_or_none(key):
    try:
        found = quantity(key)
    except ValueError:
        return
    assert found.key == key
    assert all(factor > 0.0 for factor in found.keys.values())


@quick
@given(
    stem=st.from_regex(r"[a-z]{1,8}", fullmatch=True), dimension=st.sampled_from(DIMENSIONS), data=st.data()
)
def test_a_key_with_a_suffix_is_of_its_dimension(stem, dimension, data):
    suffix = data.draw(st.sampled_from(sorted(dimension.factors)))
    assert quantity(f"{stem}_{suffix}").dimension.factors[quantity(f"{stem}_{suffix}").usual] > 0.0
    assert f"{stem}_{suffix}" in quantity(f"{stem}_{suffix}").keys
