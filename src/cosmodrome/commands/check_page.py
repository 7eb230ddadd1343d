"""What `check` prints: verdict, question, budget by stage, warnings, defaults, estimates, from its record alone."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TextIO

from cosmodrome.reporting.labels import altitude_text, number

if TYPE_CHECKING:
    from rich.table import Table


def print_check(record: Mapping[str, Any], stream: TextIO) -> None:
    """Write the record of a check as a person reads it."""
    from rich.text import Text

    from cosmodrome.reporting.summary import summary_console

    console = summary_console(stream)
    warned = len(record["warnings"])
    verdict = "nothing wrong found" + (f", {warned} warning{'s' * (warned > 1)}" if warned else "")
    console.print(Text(f"{record['file']}: {verdict}", style="bold yellow" if warned else "bold green"))
    for line in _headline(record):
        console.print(Text(line))
    console.print(_stage_table(record["stages"]))
    estimates = record["estimates"]
    for title, lines in (
        ("Warnings", record["warnings"]),
        ("Notes", record["notes"]),
        ("Defaults taken", record["assumptions"]),
        (f"Numbers that are estimates: {len(estimates)}", _by_owner(estimates)),
    ):
        if lines:
            console.print(Text(title, style="bold"))
            for line in lines:
                console.print(
                    Text("\n    ".join(wrap(f"  - {line}", console.width - 4, break_on_hyphens=False)))
                )


def _headline(record: Mapping[str, Any]) -> Iterator[str]:
    """What is asked, when, and what the stack weighs and can do."""
    where = f" from {record['site']}" if record["site"] else ""
    yield f"{record['vehicle']}{where}{_to(record['target'])}"
    if _when(record):
        yield _when(record)
    payload = (
        f"with {number(record['payload_kg'])} kg of payload" if record["payload_kg"] else "without payload"
    )
    yield (
        f"Lift-off mass {number(record['liftoff_mass_kg'] / 1e3, 2)} t {payload}, thrust-to-weight "
        f"{record['liftoff_thrust_to_weight']:.3f}"
    )
    needed = record["needed_delta_v_m_s"]
    yield f"Ideal velocity gain {number(record['ideal_delta_v_m_s'])} m/s" + (
        ""
        if needed is None
        else f", of which the target takes about {number(round(needed, -2))} with usual losses"
    )


def _stage_table(stages: Sequence[Mapping[str, Any]]) -> "Table":
    from cosmodrome.reporting.summary import new_table

    table = new_table(
        "stage",
        "units",
        "dry\nt",
        "propellant\nt",
        "usable\nt",
        "burn\ns",
        "thrust\nkN",
        "Isp\ns",
        "T/W with\nwhat is above",
        "ideal\nm/s",
    )
    for stage in stages:
        table.add_row(
            stage["name"],
            str(stage["count"]),
            *(number(stage[key] / 1e3, 2) for key in ("dry_mass_kg", "propellant_kg", "usable_kg")),
            number(stage["burn_s"], 1),
            number(stage["thrust_vacuum_n"] / 1e3, 1),
            number(stage["isp_vacuum_s"], 1),
            number(stage["thrust_to_weight"], 2),
            number(stage["ideal_delta_v_m_s"]),
        )
    return table


def _by_owner(keys: Sequence[str]) -> list[str]:
    """Dotted keys, one line for each stage, body or table that they belong to."""
    owners: dict[str, list[str]] = {}
    for key in keys:
        owner = key.partition(".")[0].partition("[")[0] if "." in key else ""
        owners.setdefault(owner, []).append(key)
    return [", ".join(members) for members in owners.values()]


def _to(target: Mapping[str, float | None] | None) -> str:
    """The orbit asked for as the end of a sentence; empty for a vehicle by itself."""
    if target is None:
        return ""
    inclination = target["inclination_deg"]
    words = ["any inclination" if inclination is None else f"{number(inclination, 2)}°"]
    for name, key in (("node", "ra_of_asc_node_deg"), ("pericenter", "arg_of_pericenter_deg")):
        if target[key] is not None:
            words.append(f"{name} at {number(target[key], 2)}°")
    if target["ltan_h"] is not None:
        words.append(f"node at {number(target['ltan_h'], 2)} h local mean solar time")
    if target["c3_m2_s2"] is None:
        perigee, apogee = (
            altitude_text((target[f"{end}_altitude_m"] or 0.0) / 1e3) for end in ("perigee", "apogee")
        )
        return f" to {perigee} × {apogee} km at {', '.join(words)}"
    east = target["ra_of_asymptote_deg"]
    asymptote = f"declination {number(target['declination_deg'], 2)}°" + (
        "" if east is None else f", right ascension {number(east, 2)}°"
    )
    if target["perigee_altitude_m"] is not None:
        words.append(f"perigee {altitude_text(target['perigee_altitude_m'] / 1e3)} km")
    return f" to C3 {number(target['c3_m2_s2'], 3, 1e6)} km²/s² toward {asymptote}, at {', '.join(words)}"


def _when(record: Mapping[str, Any]) -> str:
    """Lift-off and the burns of the last stage as a line; empty where the file leaves nothing to say of them."""
    liftoff, burns = record["liftoff"], record["last_stage_burns"]
    said = []
    if liftoff is not None:
        at_day = "at" if "T" in liftoff else "on"
        said.append(f"Lift-off {at_day} {liftoff.replace('T', ' ').replace('Z', ' UTC')}")
    if burns and max(burns) > 1:
        said.append(f"burns of {record['stages'][-1]['name']}: {' or '.join(str(n) for n in sorted(burns))}")
    return ", ".join(said)
