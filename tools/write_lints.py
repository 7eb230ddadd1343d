"""Tries slips of a unit on every number of the examples and of the catalogue, and writes docs/lints.md.

    python tools/write_lints.py

Each number is multiplied and divided by each factor; the file is checked as `cosmodrome check` does. What is neither
refused nor warned about is a survivor.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

from cosmodrome.catalogue.lint import mission_warnings, vehicle_warnings
from cosmodrome.catalogue.lint_bands import bands, shown
from cosmodrome.catalogue.load import data_folder, load_configurations, load_vehicle
from cosmodrome.catalogue.phases import make_timeline
from cosmodrome.catalogue.resolve import resolve
from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.errors import CosmodromeError
from cosmodrome.mission.read import mission_from_dict

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "lints.md"
FACTORS = (10.0, 4.448, 0.3048, 1.852, 0.4536, 9.807, 57.3, 1000.0)
MISSIONS = tuple(sorted([*ROOT.glob("examples/*.toml"), *ROOT.glob("examples/cases/V*.toml")]))
OWN_VEHICLES = (ROOT / "examples" / "cases" / "soyuz-2.1a-crew.toml",)
CATALOGUE = tuple(sorted((data_folder() / "vehicles").glob("*.toml")))
NAMELESS = tuple(path for path in CATALOGUE if "based_on" not in path.read_text(encoding="utf-8"))
# `sigma` is no value but its spread; [[flown]] is history, which no answer rests on
NOT_TRIED = ("sigma", "flown")
BEGIN, END = "<!-- begin: python tools/write_lints.py -->", "<!-- end -->"
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Trial:
    """One number of one file, changed by one factor, and what `check` says of it: None where it says nothing new."""

    file: str
    key: str
    factor: float
    answer: str | None

    @property
    def is_target(self) -> bool:
        """Whether the number is a part of the question, where another one is another fair question."""
        return self.key.startswith("target.")


def mission_trials(path: Path, *, is_divided: bool = False) -> list[Trial]:
    """The trials of a mission file, in the process and without writing a file."""
    data = _read(path)
    vehicle = load_vehicle(data["vehicle"], path, data.get("fairing"))
    before = _asked(data, path, vehicle)

    def answer(changed: dict[str, Any]) -> str | None:
        try:
            return _new(before, _asked(changed, path, vehicle))
        except CosmodromeError as error:
            return str(error)

    return list(_trials(path, data, answer, is_divided))


def nameless_trials(path: Path, *, is_divided: bool = False) -> list[Trial]:
    """The trials of a vehicle file under a name of which the catalogue knows nothing."""
    return vehicle_trials(path, is_divided=is_divided, name="Somebody's own")


def vehicle_trials(path: Path, *, is_divided: bool = False, name: str | None = None) -> list[Trial]:
    """The trials of a vehicle file, in a folder of its own beside the tables that it names."""
    data = _read(path) | ({} if name is None else {"name": name})
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / ("own.toml" if name else path.name)
        copytree(data_folder() / "tables", folder, dirs_exist_ok=True)
        copy.write_text(toml_text(data), encoding="utf-8")
        before = vehicle_warnings(load_configurations(copy))

        def answer(changed: dict[str, Any]) -> str | None:
            copy.write_text(toml_text(changed), encoding="utf-8")
            try:
                return _new(before, vehicle_warnings(load_configurations(copy)))
            except CosmodromeError as error:
                return str(error)

        return list(_trials(path, data, answer, is_divided))


def seen_share(trials: Iterable[Trial]) -> float:
    """The share of trials that are refused or warned about."""
    answers = [trial.answer is not None for trial in trials]
    return sum(answers) / len(answers)


def toml_text(data: dict[str, Any]) -> str:
    """A file of the same data, one key a line."""
    return "".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in data.items())


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    return repr(value)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _asked(data: dict[str, Any], path: Path, vehicle: Vehicle) -> tuple[str, ...]:
    """The warnings on a mission in parsed tables; CosmodromeError where it is refused."""
    mission = mission_from_dict(data, path)
    resolved = resolve(mission, vehicle)
    make_timeline(vehicle, mission)
    return mission_warnings(resolved)


def _new(before: tuple[str, ...], after: tuple[str, ...]) -> str | None:
    """The first warning that was not there before."""
    return next((sentence for sentence in after if sentence not in before), None)


def _trials(path: Path, data: dict[str, Any], answer: Any, is_divided: bool) -> Iterator[Trial]:
    for place in _numbers(data, ()):
        number = _at(data, place)
        for factor in FACTORS:
            value = number / factor if is_divided else number * factor
            if isinstance(number, int) and value == round(value):
                value = round(value)
            changed = deepcopy(data)
            _at(changed, place[:-1])[place[-1]] = value
            yield Trial(path.name, _key(data, place), factor, answer(changed))


def _numbers(value: Any, place: Place) -> Iterator[Place]:
    """Places of all numbers that a factor changes."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in NOT_TRIED:
                yield from _numbers(item, (*place, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _numbers(item, (*place, i))
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0:
        yield place


def _at(data: Any, place: Place) -> Any:
    for step in place:
        data = data[step]
    return data


def _key(data: Any, place: Place) -> str:
    """The dotted key of a place, members of a list by their id."""
    words: list[str] = []
    for step in place:
        data = data[step]
        if isinstance(step, int):
            named = data.get("id") if isinstance(data, dict) else None
            words[-1] = str(named) if named else f"{words[-1]}[{step + 1}]"
        elif step != "value":
            words.append(step)
    return ".".join(words)


GROUPS = (
    ("Missions of `examples/`", MISSIONS, mission_trials),
    ("Vehicles of `examples/`", OWN_VEHICLES, vehicle_trials),
    ("Copies of the catalogue's vehicles", CATALOGUE, vehicle_trials),
    ("Those of them that rest on no other, under another name", NAMELESS, nameless_trials),
)


def survivors(trials: Iterable[Trial]) -> dict[tuple[str, str], list[float]]:
    """The factors that nothing was said about, by file and key."""
    found: dict[tuple[str, str], list[float]] = {}
    for trial in trials:
        if trial.answer is None:
            found.setdefault((trial.file, trial.key), []).append(trial.factor)
    return found


def page() -> str:
    """The generated part of docs/lints.md: bands, shares, survivors."""
    lines = ["| what is compared | from | to | for comparison |", "|---|--:|--:|---|"]
    lines += [f"| {b.of} | {shown(b.least)} | {shown(b.most)} | {b.source} |" for b in bands().values()]
    lines += [
        "",
        "| what is tried | tries | seen | tries without `[target]` | seen |",
        "|---|--:|--:|--:|--:|",
    ]
    left: dict[tuple[str, str], list[float]] = {}
    for name, paths, trials_of in GROUPS:
        for is_divided in (False, True):
            trials = [t for path in paths for t in trials_of(path, is_divided=is_divided)]
            others = [t for t in trials if not t.is_target]
            shares = f"{len(trials)} | {seen_share(trials):.1%} | {len(others)} | {seen_share(others):.1%}"
            lines.append(f"| {name}, {'divided' if is_divided else 'multiplied'} | {shares} |")
            if not is_divided and trials_of is not nameless_trials:
                left |= survivors(trials)
    lines += ["", "| file | key | factors that nothing is said about |", "|---|---|---|"]
    lines += [
        f"| {file} | `{key}` | {', '.join(f'{factor:g}' for factor in factors)} |"
        for (file, key), factors in left.items()
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Try everything, and put the outcome into the page between its marks."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{page()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
