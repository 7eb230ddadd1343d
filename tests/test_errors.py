"""Errors are one sentence that names file, key, value and what is allowed, and survive a process boundary."""

import pickle
from pathlib import Path

from cosmodrome.errors import CatalogueError, CosmodromeError, MissionFileError, VehicleFileError


def test_the_sentence_names_file_key_and_value():
    problem = MissionFileError(
        "is above apogee_altitude_km = 500; swap them?",
        file=Path("/home/someone/vostochny_sso.toml"),
        key="target.perigee_altitude_km",
        value=900,
    )
    assert str(problem) == (
        "vostochny_sso.toml: target.perigee_altitude_km = 900 is above apogee_altitude_km = 500; swap them?"
    )


def test_allowed_values_stand_at_the_end():
    problem = CatalogueError("is not here", key="vehicle", value="soyuz", allowed=["a", "b"])
    assert str(problem) == 'vehicle = "soyuz" is not here; allowed: a, b'


def test_a_sentence_stays_on_one_printable_line():
    problem = CosmodromeError("is odd", key="name", value="two\nlines\x1b[31m" + "x" * 500)
    assert "\n" not in str(problem)
    assert "\x1b" not in str(problem)
    assert len(str(problem)) < 100


def test_an_error_survives_pickling_with_all_its_fields():
    problem = VehicleFileError("is wrong", file="a.toml", key="k", value=1.5, allowed=("x",))
    again = pickle.loads(pickle.dumps(problem))
    assert type(again) is VehicleFileError
    assert (again.file, again.key, again.value, again.allowed) == ("a.toml", "k", 1.5, ("x",))
    assert str(again) == str(problem)
