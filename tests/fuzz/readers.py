"""What hypothesis and atheris fuzz: a reader returns, or raises one readable sentence, and nothing else."""

import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cosmodrome.catalogue.budget import ideal_budget, vehicle_timeline
from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.catalogue.phases import make_timeline
from cosmodrome.catalogue.resolve import resolve
from cosmodrome.errors import CosmodromeError, MissionFileError
from cosmodrome.files.tables import (
    read_atmosphere_table,
    read_attitude_table,
    read_coefficients,
    read_wind_table,
)
from cosmodrome.files.toml import parse_toml
from cosmodrome.mission.environment import make_environment
from cosmodrome.mission.read import mission_from_dict

SOUND = Path(__file__).parents[1] / "bad_files" / "cases"
PATH = SOUND / "mission" / "sound.toml"  # what a mission names is looked for beside it
TABLES: dict[str, Callable[[Path], Any]] = {
    "wind": lambda path: read_wind_table(path, MissionFileError),
    "atmosphere": lambda path: read_atmosphere_table(path, MissionFileError),
    "attitude": lambda path: read_attitude_table(path, MissionFileError),
    "drag": lambda path: read_coefficients(path, MissionFileError, "wind"),
}


def understood(read: Callable[[], Any]) -> Any:
    """What `read` returns, or None where it refuses in one printable line; any other error is a find."""
    try:
        return read()
    except CosmodromeError as refusal:
        sentence = str(refusal)
        assert sentence.isprintable(), repr(sentence)
        assert 0 < len(sentence) < 1000, sentence
        return None


def toml_bytes(data: bytes) -> dict[str, Any] | None:
    """The tables of the bytes."""
    return understood(lambda: parse_toml(data, PATH, MissionFileError))


def mission(data: dict[str, Any]) -> None:
    """Read a mission and all that `check` makes of it; what is accepted has finite numbers."""

    def read() -> None:
        found = mission_from_dict(data, PATH)
        resolved = resolve(found)
        make_environment(found.environment)
        timeline = make_timeline(resolved.vehicle, found)
        budget = ideal_budget(resolved.vehicle, timeline, found.objective.payload_kg or 0.0)
        assert math.isfinite(budget.liftoff_mass_kg), data
        assert math.isfinite(budget.ideal_delta_v_m_s), data

    understood(read)


def vehicle(text: str) -> None:
    """Read a vehicle file of that text, and all that `check` makes of it."""

    def read() -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rocket.toml"
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            found = load_vehicle(path)
            budget = ideal_budget(found, vehicle_timeline(found))
            assert math.isfinite(budget.ideal_delta_v_m_s), text

    understood(read)


def table(kind: str, data: bytes) -> Any:
    """Read a table of that kind from the bytes; its columns, finite, or None."""

    def read() -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            path.write_bytes(data)
            return TABLES[kind](path)

    return understood(read)
