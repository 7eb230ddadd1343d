"""A launcher with or without an upper stage: parts of vehicle files put together into one `Vehicle`.

`a/b` is launcher a with the stages and bodies of upper stage b on top.  A launcher's file lists what flew:

    fairing = "small"                  # which of its [fairings] it carries unless something else is said
    [fairings.small]                   # alternatives, each the keys of a body; they become the body "fairing"
    [configurations.alone]             # may fly without an upper stage
    [configurations."fregat-m"]        # may carry fregat-m; what changes with it:
    fairing = "st"                     # also adapter_mass_kg guidance_reserve_kg vertical_rise_s, limits,
                                       # [[configurations."fregat-m".bodies]] (added), aero (replacing)

A file without configurations flies alone and only so.  With an upper stage the reserve and the adapter are
the configuration's, else the upper stage's own.  A last stage's `separation` is what happens with something
on top of it; alone, it keeps the payload.  Aerodynamics are the configuration's, else those of the fairing
that is carried ([[fairings.<name>.aero]]), else the file's.

A file may rest on another one and state only what is different: `based_on`, see `catalogue.based_on`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from cosmodrome.catalogue.based_on import FindFile, check_chain, rest_on, with_found_tables, with_origin
from cosmodrome.catalogue.checks import check_claims, check_vehicle
from cosmodrome.catalogue.schema import AeroConfiguration, Body, Stage, Vehicle
from cosmodrome.catalogue.stages import AERO, BODY, FAIRING, MASS_KG, STAGE, read_aero, read_body, read_stage
from cosmodrome.errors import CatalogueError, VehicleFileError
from cosmodrome.files.reader import ID_PATTERN, Book, Shape, Table
from cosmodrome.files.sources import Source
from cosmodrome.files.toml import read_toml
from cosmodrome.mission.schema import Limits
from cosmodrome.mission.settings import LIMITS, LONGEST_RISE_S, read_limits

FORMAT = "cosmodrome-vehicle/1"
ALONE = "alone"
DEFAULT_VERTICAL_RISE_S = 10.0
_NUMBERS = ("guidance_reserve_kg", "adapter_mass_kg", "vertical_rise_s")
_MOST = {
    "guidance_reserve_kg": MASS_KG["at_most"],
    "adapter_mass_kg": MASS_KG["at_most"],
    "vertical_rise_s": LONGEST_RISE_S,
}
VEHICLE = Shape(
    quantities=_NUMBERS,
    others=(
        "format",
        "name",
        "based_on",
        "limits",
        "aero",
        "stages",
        "bodies",
        "fairing",
        "fairings",
        "configurations",
        "flown",
    ),
)
CONFIGURATION = Shape(quantities=_NUMBERS, others=("fairing", "limits", "aero", "bodies"))


@dataclass
class Part:
    """A vehicle or upper-stage file, read but not yet put together with another."""

    id: str
    path: Path
    top: Table
    find_file: FindFile

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.top.text("name", self.id))

    @property
    def piece_ids(self) -> tuple[str, ...]:
        """Ids of its own stages and bodies."""
        return tuple(raw["id"] for key in ("stages", "bodies") for raw in self.top.tables(key))

    @property
    def combinations(self) -> tuple[str, ...]:
        """Names of what this file says it may carry, "alone" for nothing."""
        named = self.top.data.get("configurations")
        return (ALONE,) if not named else tuple(named)

    @property
    def fairing_names(self) -> tuple[str, ...]:
        """Names of the alternative fairings."""
        return tuple(self.top.data.get("fairings", {}))


OpenBase = Callable[[str, tuple[Path, ...]], Part]
"""Opens what a file rests on, by its name there and the files that rest on it in turn."""


def open_part(
    path: Path, part_id: str, find_file: FindFile, open_base: OpenBase, above: tuple[Path, ...] = ()
) -> Part:
    """A vehicle file opened over what it rests on; format and top-level keys checked, VehicleFileError otherwise.

    `above` are the files that rest on this one.
    """
    own = _read_data(path)
    top = Table(own, VEHICLE, file=path, error=VehicleFileError, book=Book())
    for key in ("fairings", "configurations"):
        named = own.get(key, {})
        if not isinstance(named, dict) or not all(isinstance(v, dict) for v in named.values()):
            raise top.wrong(key, f"must be tables [{key}.<name>]")
        top.check_length(key, named)
    if "based_on" not in own:
        return Part(part_id, path, top, find_file)
    check_chain(path, above, own["based_on"])
    base = open_base(own["based_on"], (*above, path))
    # Read once by itself, so that a mistake of the other file is told as that file's.
    _read_stages([base])
    _read_bodies(base.top)
    below, found = with_found_tables(with_origin(base.top.data), base.find_file)
    top = Table(rest_on(own, below, VEHICLE), VEHICLE, file=path, error=VehicleFileError, book=Book())
    return Part(part_id, path, top, lambda text, key: found[text] if text in found else find_file(text, key))


def _read_data(path: Path) -> dict[str, Any]:
    """The file's raw data, its format checked."""
    data = read_toml(path, VehicleFileError)
    given = data.get("format")
    if given != FORMAT:
        hint = (
            "is not the format of a vehicle file"
            if given is not None
            else "is missing; a vehicle file begins with it"
        )
        raise VehicleFileError(hint, file=path, key="format", value=given, allowed=[f'"{FORMAT}"'])
    return data


def make_vehicle(launcher: Part, upper: Part | None = None, fairing: str | None = None) -> Vehicle:
    """The checked vehicle; CatalogueError when this combination or this fairing does not exist."""
    name = ALONE if upper is None else upper.id
    if name not in launcher.combinations:
        raise CatalogueError(
            f"{launcher.id} {'alone' if upper is None else f'with {upper.id}'} never flew and is not defined",
            allowed=[launcher.id if c == ALONE else f"{launcher.id}/{c}" for c in launcher.combinations],
        )
    top = launcher.top
    configuration = top.nested(
        top.data.get("configurations", {}).get(name, {}), CONFIGURATION, f"configurations.{name}"
    )
    parts = [launcher] if upper is None else [launcher, upper]
    stages = _read_stages(parts)
    bodies = [body for part in parts for body in _read_bodies(part.top)]
    bodies += _read_bodies(configuration)
    carried = _carried_fairing(launcher, configuration, fairing, bodies)
    if carried is not None:
        bodies.append(read_body(carried, carried.label))
    aero = _first_aeros([configuration, carried, top], launcher.find_file)
    numbers = {key: _number(key, configuration, upper, top) for key in _NUMBERS}
    limits = _limits(top, configuration)
    sources = {k: s for part in reversed(parts) for k, s in part.top.book.sources.items()}
    for key in _NUMBERS:
        for label in (key, configuration.dotted(key)):
            sources.pop(label, None)
        if (source := numbers[key][1]) is not None:
            sources[key] = source
    vehicle = Vehicle(
        id=launcher.id if upper is None else f"{launcher.id}/{upper.id}",
        name=" / ".join(part.name for part in parts),
        path=launcher.path,
        stages=tuple(stages),
        bodies=tuple(bodies),
        aero=tuple(aero),
        limits=limits,
        guidance_reserve_kg=numbers["guidance_reserve_kg"][0],
        adapter_mass_kg=numbers["adapter_mass_kg"][0],
        vertical_rise_s=numbers["vertical_rise_s"][0],
        sources=sources,
        assumptions=tuple(line for part in parts for line in part.top.book.assumptions),
    )
    check_vehicle(vehicle)
    return vehicle


def _read_stages(parts: list[Part]) -> list[Stage]:
    """The stages of all parts in order; the last one keeps the payload."""
    stages: list[Stage] = []
    for part in parts:
        raws = part.top.tables("stages")
        if not raws:
            raise VehicleFileError(
                "is missing; a vehicle has a table [[stages]] for each stage", file=part.path, key="stages"
            )
        for raw in raws:
            label = _label(raw, f"stages[{len(stages) + 1}]")
            table = part.top.nested(raw, STAGE, label)
            table.identifier("id")
            position = 1 + sum(s.role != "booster" for s in stages)
            claims = read_stage(table, position)
            part.top.book.assumptions.extend(check_claims(claims, part.path))
            stages.append(claims.stage)
    last = stages[-1]
    if last.separation is not None:
        parts[-1].top.assume(f"{last.id}.separation is not used: nothing rides on it but the payload")
        stages[-1] = replace(last, separation=None)
    return stages


def _read_bodies(owner: Table) -> list[Body]:
    """The [[bodies]] of a file or of a configuration."""
    bodies: list[Body] = []
    for i, raw in enumerate(owner.tables("bodies"), 1):
        table = owner.nested(raw, BODY, _label(raw, f"bodies[{i}]"))
        bodies.append(read_body(table, table.identifier("id")))
    return bodies


def _carried_fairing(
    launcher: Part, configuration: Table, asked: str | None, bodies: list[Body]
) -> Table | None:
    """The table of the fairing that mission, configuration or file names; None when none is offered."""
    top, offered = launcher.top, launcher.fairing_names
    if not offered:
        if asked is not None:
            raise CatalogueError(
                f"has no meaning: {launcher.id} offers no alternative fairings; remove it",
                key="fairing",
                value=asked,
            )
        for table in (configuration, top):
            if table.has("fairing"):
                raise table.wrong("fairing", "names none of this file's [fairings]; it has none")
        return None
    if any(body.id == "fairing" for body in bodies):
        raise VehicleFileError(
            'stands beside a body with the id "fairing"; keep one of the two', file=top.file, key="fairings"
        )
    if asked is not None and asked not in offered:
        raise CatalogueError(f"is no fairing of {launcher.id}", key="fairing", value=asked, allowed=offered)
    own = configuration if configuration.has("fairing") else top
    chosen = asked if asked is not None else own.choice("fairing", offered)
    tables = {}
    for name in offered:
        # Every alternative is read, so that a mistake in one is seen; only the carried one leaves notes.
        tables[name] = Table(
            top.data["fairings"][name],
            FAIRING,
            file=top.file,
            error=top.error,
            book=top.book if name == chosen else Book(),
            label="fairing",
            origin=top.origin,
        )
        if name != chosen:
            read_body(tables[name], "fairing")
            _first_aeros([tables[name]], launcher.find_file)
    return tables[chosen]


def _first_aeros(owners: list[Table | None], find_file: FindFile) -> list[AeroConfiguration]:
    """The aerodynamics of the first owner that states any."""
    for owner in owners:
        raws = [] if owner is None else owner.tables("aero")
        if owner is not None and raws:
            # Whoever states them, they are the vehicle's "aero[i]".
            return [
                read_aero(owner.nested(raw, AERO, f"aero[{i}]"), find_file) for i, raw in enumerate(raws, 1)
            ]
    return []


def _number(key: str, configuration: Table, upper: Part | None, top: Table) -> tuple[float, Source | None]:
    """A number of the whole vehicle and its source, from configuration, upper stage or launcher."""
    default = DEFAULT_VERTICAL_RISE_S if key == "vertical_rise_s" else 0.0
    owners = [configuration, top]
    if upper is not None:
        # Reserve and adapter belong to what carries the payload, the vertical rise to what lifts off.
        owners = [configuration, top if key == "vertical_rise_s" else upper.top]
    for owner in owners:
        if owner.has(key):
            value = float(owner.number(key, at_least=0.0, at_most=_MOST[key]))
            return value, owner.book.sources.get(owner.dotted(key))
    top.assume(f"{key} = {default:.10g} (default)")
    return default, None


def _limits(top: Table, configuration: Table) -> Limits:
    """The vehicle's limits, those of the configuration in front."""
    own = read_limits(top.table("limits", LIMITS))
    changed = read_limits(configuration.table("limits", LIMITS))
    merged: dict[str, Any] = {
        f.name: getattr(own, f.name) if getattr(changed, f.name) is None else getattr(changed, f.name)
        for f in fields(Limits)
    }
    return Limits(**merged)


def _label(raw: dict[str, Any], otherwise: str) -> str:
    """The id of a table as its label, where it is usable as one."""
    name = raw.get("id")
    return name if isinstance(name, str) and ID_PATTERN.fullmatch(name) else otherwise
