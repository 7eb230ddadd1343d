"""The verb `catalogue`: what comes with the program, and every number of it with where it comes from."""

import difflib
import math
import sys
from collections.abc import Mapping
from typing import Any

import click

from cosmodrome.catalogue.load import (
    catalogue_combinations,
    catalogue_ids,
    catalogue_part,
    load_site,
    load_vehicle,
)
from cosmodrome.catalogue.schema import Site, Vehicle
from cosmodrome.errors import CatalogueError
from cosmodrome.files.sources import Source

LIST_FORMAT, ITEM_FORMAT = "cosmodrome-catalogue/1", "cosmodrome-catalogue-item/1"


def list_catalogue(*, as_json: bool) -> int:
    """Print every id with its name, and what carries each upper stage; 0."""
    ids = catalogue_ids()
    vehicles = [{"id": i, "name": load_vehicle(i).name} for i in catalogue_combinations()]
    upper_stages = [
        {
            "id": i,
            "name": catalogue_part("upper_stages", i).name,
            "carried_by": [name.partition("/")[0] for name in _combinations(upper=i)],
        }
        for i in ids["upper_stages"]
    ]
    sites = [{"id": i, "name": load_site(i).name} for i in ids["sites"]]
    if as_json:
        record = {"format": LIST_FORMAT, "vehicles": vehicles, "upper_stages": upper_stages, "sites": sites}
        _print_json(record)
        return 0
    carried = [
        {**stage, "name": f"{stage['name']:<12} on {', '.join(stage['carried_by'])}"}
        for stage in upper_stages
    ]
    for title, items in (("Vehicles", vehicles), ("Upper stages", carried), ("Sites", sites)):
        click.echo(title)
        for item in items:
            click.echo(f"  {item['id']:<24} {item['name']}")
    click.echo("cosmodrome catalogue show ID prints the numbers of one of them with their sources.")
    return 0


def show_catalogue(item: str, *, as_json: bool) -> int:
    """Print the numbers of a vehicle, upper stage or site with their sources; 0. CatalogueError for an unknown id."""
    record = _record(item)
    if as_json:
        _print_json(record)
        return 0
    from rich.text import Text

    from cosmodrome.reporting.summary import new_table, summary_console

    console = summary_console(sys.stdout)
    console.print(Text(f"{record['id']}: {record['name']}", style="bold"))
    table = new_table("number", "value", "confidence", "source")
    table.columns[2].justify = table.columns[3].justify = "left"
    table.columns[3].no_wrap = False
    for number in record["numbers"]:
        value = "" if number["value"] is None else f"{number['value']:.10g}"
        sigma = "" if number["sigma"] is None else f" ± {number['sigma']:.4g}"
        table.add_row(number["key"], value + sigma, number["confidence"] or "", Text(number["source"] or ""))
    console.print(table)
    for sentence in record["assumptions"]:
        console.print(Text(sentence))
    if record["combinations"]:
        console.print(Text(f"May be flown as {', '.join(record['combinations'])}."))
    return 0


def _record(item: str) -> dict[str, Any]:
    ids = catalogue_ids()
    launcher = item.partition("/")[0]
    if item in ids["sites"]:
        site = load_site(item)
        return _item("site", site, site.name, _site_numbers(site), [])
    if item in ids["upper_stages"]:
        # It flies on a launcher only: its numbers are those of its pieces on the first that carries it.
        part, combinations = catalogue_part("upper_stages", item), _combinations(upper=item)
        vehicle = load_vehicle(combinations[0])
        numbers = [n for n in _vehicle_numbers(vehicle) if n["key"].partition(".")[0] in part.piece_ids]
        return _item("upper stage", vehicle, part.name, numbers, combinations) | {"id": item}
    if launcher in ids["vehicles"]:
        vehicle = load_vehicle(item)
        return _item(
            "vehicle", vehicle, vehicle.name, _vehicle_numbers(vehicle), _combinations(launcher=launcher)
        )
    known = [*catalogue_combinations(), *ids["upper_stages"], *ids["sites"]]
    near = difflib.get_close_matches(item, known, n=1, cutoff=0.5)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    raise CatalogueError(f'there is no "{item}" in the catalogue{hint}', value=item, allowed=known)


def _combinations(launcher: str | None = None, upper: str | None = None) -> list[str]:
    """What may be flown of the launcher, or with the upper stage."""
    split = [(name, *name.partition("/")[::2]) for name in catalogue_combinations()]
    return [name for name, below, above in split if below == launcher or above == upper]


def _item(
    kind: str, thing: Vehicle | Site, name: str, numbers: list[dict[str, Any]], combinations: list[str]
) -> dict[str, Any]:
    return {
        "format": ITEM_FORMAT,
        "kind": kind,
        "id": thing.id,
        "name": name,
        "numbers": numbers,
        "assumptions": list(thing.assumptions),
        "combinations": combinations,
    }


def _vehicle_numbers(vehicle: Vehicle) -> list[dict[str, Any]]:
    numbers = [_number(key, vehicle.get_value(key), vehicle.sources) for key in vehicle.numeric_keys]
    # Origins of what is no single number of the vehicle: limits, tables, what thrust and flow were derived
    # from.
    shown = set(vehicle.numeric_keys)
    return numbers + [_number(key, None, vehicle.sources) for key in vehicle.sources if key not in shown]


def _site_numbers(site: Site) -> list[dict[str, Any]]:
    numbers = [_number("height_m", site.height_m, site.sources)]
    angles = ("latitude_rad", "longitude_rad", "launch_azimuth_min_rad", "launch_azimuth_max_rad")
    for key in reversed(angles):
        value = getattr(site, key)
        if value is not None:
            number = _number(key, math.degrees(value), site.sources)
            number["key"] = key.removesuffix("_rad") + "_deg"
            number["sigma"] = None if number["sigma"] is None else math.degrees(number["sigma"])
            numbers.insert(0, number)
    return numbers


def _number(key: str, value: float | None, sources: Mapping[str, Source]) -> dict[str, Any]:
    source = sources.get(key, Source())
    return {
        "key": key,
        "value": value,
        "sigma": source.sigma,
        "confidence": source.confidence,
        "source": source.text,
    }


def _print_json(record: Mapping[str, Any]) -> None:
    from cosmodrome.reporting.folder import json_text

    click.echo(json_text(record))
