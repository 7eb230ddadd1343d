"""One table: numbers in any unit, sources beside them, and what is offered when a key is wrong."""

from pathlib import Path

import pytest

from cosmodrome.errors import VehicleFileError
from cosmodrome.files.reader import Book, Shape, Table
from cosmodrome.files.sources import Source

SHAPE = Shape(
    quantities=("dry_mass_kg", "slew_rate_deg_s", "r_eci_m"), plain=("count",), others=("name", "inner")
)


def table(data, book=None):
    return Table(data, SHAPE, file=Path("v.toml"), error=VehicleFileError, book=book or Book(), label="core")


def test_a_number_is_the_same_in_every_unit():
    assert table({"dry_mass_kg": 7065}).number("dry_mass_kg") == 7065.0
    assert table({"dry_mass_t": 7.065}).number("dry_mass_kg") == pytest.approx(7065.0, rel=1e-15)


def test_a_number_keeps_its_own_source_with_sigma_in_si():
    book = Book()
    t = table({"dry_mass_t": {"value": 7, "source": "manual", "confidence": "published", "sigma": 0.1}}, book)
    assert t.number("dry_mass_kg") == 7000.0
    assert book.sources == {"core.dry_mass_kg": Source("manual", "published", 100.0)}


def test_a_table_passes_its_source_to_its_numbers_and_inner_tables():
    book = Book()
    t = table({"source": "manual", "confidence": "estimate", "count": 4, "inner": {"dry_mass_kg": 1}}, book)
    t.integer("count")
    t.table("inner", Shape(quantities=("dry_mass_kg",))).number("dry_mass_kg")
    assert book.sources["core.count"] == Source("manual", "estimate")
    assert book.sources["core.inner.dry_mass_kg"] == Source("manual", "estimate")


def test_a_vector_converts_every_component():
    assert table({"r_eci_km": [1, 2.5, -3]}).vector("r_eci_m") == (1000.0, 2500.0, -3000.0)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"dry_mas_kg": 1}, 'core.dry_mas_kg is not a known key; did you mean "dry_mass_kg"'),
        ({"dry_mass": 1}, "core.dry_mass needs its unit in the key; allowed: dry_mass_kg, dry_mass_t"),
        ({"dry_mass_lb": 1}, 'unknown unit "lb"; allowed: dry_mass_kg, dry_mass_t'),
        ({"dry_mass_KG": 1}, 'core.dry_mass_KG is not a known key; did you mean "dry_mass_kg"?'),
        ({"dry_mass_kg": 1, "dry_mass_t": 1}, "core.dry_mass_t gives the same quantity as dry_mass_kg"),
        ({"zzz": 1}, "core.zzz is not a known key; allowed: dry_mass_kg"),
    ],
)
def test_a_wrong_key_is_answered_with_what_is_meant(data, expected):
    with pytest.raises(VehicleFileError) as caught:
        table(data)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), "must be a finite number"),
        (float("inf"), "must be a finite number"),
        (True, "must be a number"),
        ("7", "without quotation marks"),
        ([1], "must be a number"),
        ({"source": "x"}, "has no value"),
        ({"value": 1, "sorce": "x"}, 'did you mean "source"'),
        ({"value": 1, "confidence": "sure"}, "allowed: published, derived, estimate"),
        ({"value": 1, "sigma": -1}, "must be at least 0"),
        ({"value": 1, "sigma": float("nan")}, "must be a finite number"),
        (-1, "core.dry_mass_kg = -1 must be above 0 kg"),
    ],
)
def test_a_wrong_number_is_one_sentence(value, expected):
    with pytest.raises(VehicleFileError) as caught:
        table({"dry_mass_kg": value}).number("dry_mass_kg", above=0.0)
    assert expected in str(caught.value)


def test_a_bound_is_told_in_the_unit_that_was_written():
    with pytest.raises(VehicleFileError, match=r"core\.dry_mass_t = 9 must be at most 8 t"):
        table({"dry_mass_t": 9}).number("dry_mass_kg", at_most=8000.0)


@pytest.mark.parametrize("value", [1.5, True, "4", -1])
def test_a_count_is_a_whole_number(value):
    with pytest.raises(VehicleFileError, match=r"core\.count"):
        table({"count": value}).integer("count", at_least=1)


@pytest.mark.parametrize("value", [[1, 2], "x", [1, 2, float("nan")], [1, 2, "3"]])
def test_a_vector_is_three_finite_numbers(value):
    with pytest.raises(VehicleFileError, match=r"core\.r_eci_m"):
        table({"r_eci_m": value}).vector("r_eci_m")
