"""Vehicles and sites by catalogue id or by file.

Ids are file names of the package's own data: `vehicles/`, `upper_stages/`, `sites/`, with coefficient tables
in `tables/`.  A name that ends in .toml is a file in the folder of the mission file, never outside it.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from cosmodrome.catalogue.compose import ALONE, Part, make_vehicle, open_part
from cosmodrome.catalogue.lint_flown import read_flown
from cosmodrome.catalogue.schema import Site, Vehicle
from cosmodrome.errors import CatalogueError, CosmodromeError, MissionFileError, VehicleFileError
from cosmodrome.files.reader import Book, Shape, Table
from cosmodrome.files.toml import file_beside, read_toml
from cosmodrome.mission.schema import SitePoint

SITE_FORMAT = "cosmodrome-site/1"
SITE = Shape(
    quantities=(
        "latitude_deg",
        "longitude_deg",
        "height_m",
        "launch_azimuth_min_deg",
        "launch_azimuth_max_deg",
        "usual_azimuth_deg",
    ),
    others=("format", "name", "inclinations_flown_deg"),
)
_FILE_NAME = re.compile(r"(?P<launcher>.+?\.toml)(?:/(?P<upper>[^/]+))?")


def load_vehicle(
    vehicle: str | Path, mission_path: Path | None = None, fairing: str | None = None
) -> Vehicle:
    """Return the checked `Vehicle`, SI, of a catalogue id ("a" or "a/b") or of a file ("x.toml", "x.toml/b").

    A text that names a file counts from the folder of `mission_path` and may not leave it; a Path is taken as
    it is.  Raises CatalogueError for unknown ids, combinations and fairings, VehicleFileError for a bad file.
    """
    try:
        return _whole(*_parts(vehicle, mission_path), fairing)
    except CatalogueError as problem:
        if mission_path is None or problem.file is not None:
            raise
        raise CatalogueError(
            problem.message, file=mission_path, key=problem.key, value=problem.value, allowed=problem.allowed
        ) from problem


def load_configurations(vehicle: str | Path) -> tuple[Vehicle, ...]:
    """Everything that a launcher's file may fly as: each combination, with each fairing that it offers.

    Takes a launcher's catalogue id or a file; raises as `load_vehicle` does.
    """
    named = load_part(vehicle) if isinstance(vehicle, Path) else catalogue_part("vehicles", vehicle)
    found = []
    for combination in named.combinations:
        upper = None if combination == ALONE else combination
        for fairing in named.fairing_names or (None,):
            # opened anew each time: a part's notes are of the one vehicle that is made of it
            launcher = (
                load_part(vehicle) if isinstance(vehicle, Path) else catalogue_part("vehicles", vehicle)
            )
            found.append(_whole(launcher, _upper_part(upper, launcher.id, launcher, None), fairing))
    return tuple(found)


def load_counterpart(vehicle: Vehicle) -> Vehicle | None:
    """The catalogue's vehicle that this one is a variation of, with the same upper stage if it may."""
    if vehicle.counterpart is None:
        return None
    return _catalogue_vehicle(vehicle.counterpart, vehicle.id.partition("/")[2] or ALONE)


@cache
def _catalogue_vehicle(name: str, combination: str) -> Vehicle:
    """A launcher of the catalogue as that combination, or as its first one where it does not fly so."""
    launcher = catalogue_part("vehicles", name)
    chosen = combination if combination in launcher.combinations else launcher.combinations[0]
    return _whole(
        launcher, _upper_part(None if chosen == ALONE else chosen, launcher.id, launcher, None), None
    )


def _whole(launcher: Part, upper: Part | None, fairing: str | None) -> Vehicle:
    """The vehicle with what is known of its combination beside its numbers."""
    vehicle = make_vehicle(launcher, upper, fairing)
    flown = read_flown(launcher.top, None if upper is None else upper.id)
    return replace(vehicle, flown=flown, counterpart=_counterpart(launcher))


def _counterpart(launcher: Part) -> str | None:
    """The catalogue's launcher of the same file or name, else the one that the file rests on."""
    known = _file_ids("vehicles")
    if launcher.path.parent == data_folder() / "vehicles":
        return launcher.id
    said = (launcher.id, launcher.name.lower().replace(" ", "-"), launcher.top.data.get("based_on"))
    return next((name for name in said if name in known), None)


def load_site(site: str | Path | SitePoint, mission_path: Path | None = None) -> Site:
    """The launch pad of a catalogue id, a file, or a point; CatalogueError or VehicleFileError otherwise."""
    if isinstance(site, SitePoint):
        latitude, longitude = math.degrees(site.latitude_rad), math.degrees(site.longitude_rad)
        return Site(
            id="site",
            name=f"{latitude:.4f} deg, {longitude:.4f} deg",
            latitude_rad=site.latitude_rad,
            longitude_rad=site.longitude_rad,
            height_m=site.height_m,
            path=mission_path,
        )
    if isinstance(site, Path) or site.endswith(".toml"):
        path = site if isinstance(site, Path) else _named_file(site, "site", mission_path)
        return _read_site(path, path.stem)
    known = catalogue_ids()["sites"]
    if site not in known:
        raise _unknown("site", site, known, mission_path)
    return _read_site(data_folder() / "sites" / f"{site}.toml", site)


@cache
def catalogue_ids() -> dict[str, tuple[str, ...]]:
    """Ids under "vehicles", "upper_stages" and "sites"."""
    return {kind: _file_ids(kind) for kind in ("vehicles", "upper_stages", "sites")}


@cache
def catalogue_combinations() -> tuple[str, ...]:
    """Ids of all vehicles and combinations that may be flown; opens every vehicle for it."""
    return tuple(
        name if c == ALONE else f"{name}/{c}"
        for name in catalogue_ids()["vehicles"]
        for c in catalogue_part("vehicles", name).combinations
    )


def _file_ids(kind: str) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (data_folder() / kind).glob("*.toml")))


def data_folder() -> Path:
    """The folder of the catalogue's own data files."""
    return Path(str(resources.files("cosmodrome.catalogue")))


def _parts(vehicle: str | Path, mission_path: Path | None) -> tuple[Part, Part | None]:
    """The launcher and the upper stage that a name asks for."""
    if isinstance(vehicle, Path):
        return load_part(vehicle), None
    as_file = _FILE_NAME.fullmatch(vehicle)
    if as_file is not None and (as_file["upper"] is None or not vehicle.endswith(".toml")):
        launcher = load_part(_named_file(as_file["launcher"], "vehicle", mission_path))
        return launcher, _upper_part(as_file["upper"], vehicle, launcher, mission_path)
    if vehicle.endswith(".toml"):
        return load_part(_named_file(vehicle, "vehicle", mission_path)), None
    name, slash, upper = vehicle.partition("/")
    ids = catalogue_ids()
    if name not in ids["vehicles"] or (slash and not upper):
        raise _unknown("vehicle", vehicle, catalogue_combinations(), mission_path)
    launcher = catalogue_part("vehicles", name)
    return launcher, _upper_part(upper or None, vehicle, launcher, mission_path)


def _upper_part(upper: str | None, whole: str, launcher: Part, mission_path: Path | None) -> Part | None:
    """The upper stage of that id, when one is asked for and the launcher may carry it."""
    if upper is None:
        return None
    if upper == ALONE or upper not in launcher.combinations:
        offered = [launcher.id if c == ALONE else f"{launcher.id}/{c}" for c in launcher.combinations]
        raise CatalogueError(
            "is no combination that exists", file=mission_path, key="vehicle", value=whole, allowed=offered
        )
    if upper not in catalogue_ids()["upper_stages"]:
        raise _unknown("upper stage", upper, catalogue_ids()["upper_stages"], mission_path)
    return catalogue_part("upper_stages", upper)


def catalogue_part(kind: str, name: str, above: tuple[Path, ...] = ()) -> Part:
    """A file of the catalogue's "vehicles" or "upper_stages", whose coefficient tables lie in `tables/`."""
    path, tables = data_folder() / kind / f"{name}.toml", data_folder() / "tables" / "index"
    return open_part(
        path,
        name,
        lambda text, key: file_beside(text, tables, key, VehicleFileError),
        lambda text, chain: _base_part(text, path, chain),
        above,
    )


def load_part(path: Path, above: tuple[Path, ...] = ()) -> Part:
    """A person's own file, whose coefficient tables lie beside it."""
    return open_part(
        path,
        path.stem,
        lambda text, key: file_beside(text, path, key, VehicleFileError),
        lambda text, chain: _base_part(text, path, chain),
        above,
    )


def _base_part(named: str, path: Path, above: tuple[Path, ...]) -> Part:
    """What the file at `path` rests on: a file beside it, or a vehicle or upper stage of the catalogue."""
    if named.endswith(".toml"):
        return load_part(file_beside(named, path, "based_on", VehicleFileError), above)
    known = [(name, kind) for kind in ("vehicles", "upper_stages") for name in _file_ids(kind)]
    for name, kind in known:
        if name == named:
            return catalogue_part(kind, name, above)
    names = [name for name, _ in known]
    near = difflib.get_close_matches(named, names, n=1, cutoff=0.5)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    raise VehicleFileError(
        f"names no file of the catalogue{hint}", file=path, key="based_on", value=named, allowed=names
    )


def _named_file(text: str, key: str, mission_path: Path | None) -> Path:
    """The file that a mission names, or one named from the working folder when there is no mission."""
    if mission_path is None:
        return Path(text)
    return file_beside(text, mission_path, key, MissionFileError)


def _unknown(what: str, name: str, known: Sequence[str], mission_path: Path | None) -> CosmodromeError:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    if mission_path is None:
        return CatalogueError(f'there is no {what} "{name}" in the catalogue{hint}', allowed=known)
    key = "site" if what == "site" else "vehicle"
    return CatalogueError(
        f"is not in the catalogue{hint}", file=mission_path, key=key, value=name, allowed=known
    )


def _read_site(path: Path, site_id: str) -> Site:
    """A site file."""
    data = read_toml(path, VehicleFileError)
    if data.get("format") != SITE_FORMAT:
        raise VehicleFileError(
            "is not the format of a site file",
            file=path,
            key="format",
            value=data.get("format"),
            allowed=[f'"{SITE_FORMAT}"'],
        )
    book = Book()
    table = Table(data, SITE, file=path, error=VehicleFileError, book=book)
    half, turn = math.pi / 2.0, 2.0 * math.pi
    azimuths = [
        table.number(key, None, at_least=-turn, at_most=2.0 * turn)
        for key in ("launch_azimuth_min_deg", "launch_azimuth_max_deg")
    ]
    if (azimuths[0] is None) != (azimuths[1] is None):
        raise VehicleFileError("needs both launch_azimuth_min_deg and launch_azimuth_max_deg", file=path)
    return Site(
        id=site_id,
        name=table.text("name", site_id),
        latitude_rad=table.number("latitude_deg", at_least=-half, at_most=half),
        longitude_rad=table.number("longitude_deg", at_least=-turn, at_most=turn),
        height_m=table.number("height_m", at_least=-500.0, at_most=10e3),
        launch_azimuth_min_rad=azimuths[0],
        launch_azimuth_max_rad=azimuths[1],
        usual_azimuth_rad=table.number("usual_azimuth_deg", None, at_least=-turn, at_most=2.0 * turn),
        inclinations_flown_rad=_inclinations_flown(table),
        path=path,
        sources=book.sources,
        assumptions=tuple(book.assumptions),
    )


def _inclinations_flown(table: Table) -> tuple[float, ...]:
    """Inclinations, rad, to which launches from a site have gone; empty where its file lists none."""
    key = "inclinations_flown_deg"
    if not table.has(key):
        return ()
    listed = table.value_and_source(key)[0]
    if not isinstance(listed, list) or not all(
        isinstance(x, (int, float)) and not isinstance(x, bool) and 0.0 <= x <= 180.0 for x in listed
    ):
        raise table.wrong(key, "must be a list of angles from 0 to 180")
    return tuple(math.radians(x) for x in listed)
