"""Tables of a vehicle file read into stages, engines, bodies and aerodynamics, one table at a time.

Nothing here looks beyond its own table; `catalogue.checks` compares them with each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cosmodrome.catalogue.schema import (
    SEA_LEVEL_PRESSURE_PA,
    AeroConfiguration,
    Body,
    Cutoff,
    DragTable,
    Engine,
    EventRef,
    Release,
    Stage,
)
from cosmodrome.files.reader import Shape, Table
from cosmodrome.files.sources import Source
from cosmodrome.files.tables import read_coefficients
from cosmodrome.files.units import quantity
from cosmodrome.physics.constants import G0

ROLES = ("booster", "core", "stage")
CUTOFF_RULES = ("depletion", "time", "command")
RELEASE_RULES = ("heat-flux",)
AXES = ("wind", "body")
EVENT = re.compile(r"liftoff|[A-Za-z0-9][A-Za-z0-9_-]*\.(?:ignition|cutoff|separation|release)")
MOST_UNITS = 100
HIGHEST_THROTTLE = 1.5
# Beyond these a number is a slip of the pen, and some arithmetic on it would overflow or divide by zero.
MASS_KG = {"above": 0.0, "at_least": 1e-3, "at_most": 1e8}
DRAG = {"at_least": 0.0, "at_most": 100.0}  # a flat plate has 2; more is an area in the wrong unit
THRUST_N = {"above": 0.0, "at_least": 1e-3, "at_most": 1e9}
ISP_S = {"above": 0.0, "at_least": 1.0, "at_most": 1e5}
TIME_S = {"above": 0.0, "at_least": 1e-3, "at_most": 1e7}

EVENT_REF = Shape(quantities=("delay_s",), others=("event",))
RELEASE = Shape(quantities=("delay_s",), others=("event", "rule"))
CUTOFF = Shape(quantities=("burn_time_s", "min_burn_s", "max_burn_s"), others=("rule",))
ENGINE = Shape(
    quantities=(
        "thrust_vacuum_n",
        "isp_vacuum_s",
        "mass_flow_kg_s",
        "burn_time_s",
        "thrust_sea_level_n",
        "isp_sea_level_s",
        "exit_area_m2",
        "tail_off_impulse_n_s",
    ),
    plain=("throttle_min", "throttle_max"),
    others=("throttle_profile",),
)
STAGE = Shape(
    quantities=(
        "dry_mass_kg",
        "propellant_mass_kg",
        "residual_mass_kg",
        "gross_mass_kg",
        "tank_capacity_kg",
        "pad_burn_s",
        "min_coast_s",
        "max_coast_s",
        "max_total_burn_s",
        "slew_rate_deg_s",
        "fall_reference_area_m2",
    ),
    plain=("number", "count", "burns", "fall_drag_coefficient"),
    others=(
        "id",
        "name",
        "role",
        "ignition",
        "cutoff",
        "separation",
        "engine",
        "attitude_convention",
        "accept",
    ),
)
_PIECE = ("name", "in_dry_mass_of", "release")
BODY = Shape(
    quantities=("mass_kg", "reference_area_m2"),
    plain=("count", "drag_coefficient"),
    others=("id", *_PIECE),
)
FAIRING = Shape(BODY.quantities, BODY.plain, ("aero", *_PIECE))
AERO = Shape(
    quantities=("reference_area_m2",),
    plain=("drag_coefficient",),
    others=("until", "axes", "drag_table"),
)


@dataclass(frozen=True)
class StageClaims:
    """A stage with what its file says twice: numbers that `catalogue.checks` holds against each other."""

    stage: Stage
    flows_kg_s: dict[str, float]  # by the key that each follows from
    thrust_sea_level_n: float | None
    isp_sea_level_s: float | None
    gross_mass_kg: float | None
    tank_capacity_kg: float | None
    accept: str | None


def read_stage(table: Table, position: int) -> StageClaims:
    """A stage from its table, whose label is its id; `position` counts the sustaining stages up to it."""
    role = table.choice("role", ROLES)
    dry_mass_kg = table.number("dry_mass_kg", **MASS_KG)
    propellant_mass_kg = table.number("propellant_mass_kg", **MASS_KG)
    residual_mass_kg = table.number("residual_mass_kg", 0.0, at_least=0.0)
    pad_burn_s = table.number("pad_burn_s", 0.0, at_least=0.0, at_most=60.0)
    if residual_mass_kg >= propellant_mass_kg:
        raise table.wrong(
            "residual_mass_kg", f"leaves nothing of propellant_mass_kg = {propellant_mass_kg:.10g}"
        )
    engine_table = table.table("engine", ENGINE)
    engine, flows, sea_level = _read_engine(engine_table, propellant_mass_kg - residual_mass_kg, pad_burn_s)
    number = table.integer("number", None, at_least=1, at_most=99)
    if number is None and role == "stage":
        number = position
        table.assume(f"{table.label}.number = {position} (default, its place among the stages)")
    stage = Stage(
        id=table.label,
        role=role,
        number=number,
        count=table.integer("count", 1, at_least=1, at_most=MOST_UNITS),
        dry_mass_kg=dry_mass_kg,
        propellant_mass_kg=propellant_mass_kg,
        residual_mass_kg=residual_mass_kg,
        pad_burn_s=pad_burn_s,
        ignition=_event_ref(table, "ignition"),
        cutoff=_read_cutoff(table),
        separation=_event_ref(table, "separation") if "separation" in table.data else None,
        engine=engine,
        name=table.text("name", table.label),
        burns=table.integer("burns", 1, at_least=1, at_most=99),
        min_coast_s=table.number("min_coast_s", 0.0, at_least=0.0),
        max_coast_s=table.number("max_coast_s", None, at_least=0.0),
        max_total_burn_s=table.number("max_total_burn_s", None, above=0.0),
        slew_rate_rad_s=table.number("slew_rate_deg_s", None, above=0.0),
        attitude_convention=table.text("attitude_convention", None),
        fall_reference_area_m2=table.number("fall_reference_area_m2", None, above=0.0),
        fall_drag_coefficient=table.number("fall_drag_coefficient", None, **DRAG),
    )
    if stage.max_coast_s is not None and stage.min_coast_s > stage.max_coast_s:
        raise table.wrong("min_coast_s", f"is above max_coast_s = {stage.max_coast_s:.10g}; swap them?")
    return StageClaims(
        stage=stage,
        flows_kg_s=flows,
        thrust_sea_level_n=sea_level,
        isp_sea_level_s=engine_table.number("isp_sea_level_s", None, **ISP_S),
        gross_mass_kg=table.number("gross_mass_kg", None, **MASS_KG),
        tank_capacity_kg=table.number("tank_capacity_kg", None, **MASS_KG),
        accept=table.text("accept", None),
    )


def read_body(table: Table, body_id: str) -> Body:
    """A jettisoned body from its table."""
    return Body(
        id=body_id,
        count=table.integer("count", 1, at_least=1, at_most=MOST_UNITS),
        mass_kg=table.number("mass_kg", **MASS_KG),
        in_dry_mass_of=table.text("in_dry_mass_of", None),
        release=_read_release(table),
        name=table.text("name", body_id),
        reference_area_m2=table.number("reference_area_m2", None, above=0.0),
        drag_coefficient=table.number("drag_coefficient", None, **DRAG),
    )


def read_aero(table: Table, find_file: Callable[[str, str], Path]) -> AeroConfiguration:
    """One aerodynamic configuration; `find_file(name, key)` gives the path of a table that it names."""
    axes = table.choice("axes", AXES, "wind")
    given = table.exactly_one(("drag_coefficient", "drag_table"), "the drag")
    if given == "drag_coefficient":
        drag = DragTable.constant(table.number("drag_coefficient", **DRAG))
    else:
        name, source = table.value_and_source("drag_table")  # its sigma is relative, of all coefficients
        if not isinstance(name, str):
            raise table.wrong("drag_table", "must be the name of a .csv file in quotation marks")
        path = find_file(name, table.dotted("drag_table"))
        drag = DragTable(*read_coefficients(path, table.error, axes))
        if source != Source():
            table.book.sources[table.dotted("drag_table")] = source
    until = table.text("until", None)
    if until is not None and EVENT.fullmatch(until) is None:
        raise table.wrong("until", 'is no event; write "<id>.separation" or "<id>.release"')
    return AeroConfiguration(until, table.number("reference_area_m2", above=0.0), axes, drag)


def _read_engine(
    table: Table, burnable_kg: float, pad_burn_s: float
) -> tuple[Engine, dict[str, float], float | None]:
    """The engine, every flow that its table implies, and its sea-level thrust when given."""
    if not table.data:
        raise table.wrong_table("is missing; give thrust_vacuum_n and isp_vacuum_s, or a flow or burn time")
    thrust = table.number("thrust_vacuum_n", **THRUST_N)
    profile = _throttle_profile(table)
    least = table.number("throttle_min", 1.0, above=0.0, at_most=HIGHEST_THROTTLE)
    most = table.number("throttle_max", max(1.0, least), above=0.0, at_most=HIGHEST_THROTTLE)
    if least > most:
        raise table.wrong("throttle_min", f"is above throttle_max = {most:.10g}; swap them?")
    if profile and least < most:
        raise table.wrong("throttle_profile", "fixes what throttle_min and throttle_max leave free; keep one")
    exit_area, sea_level = _exit_area(table, thrust)
    tail_off = table.number("tail_off_impulse_n_s", 0.0, at_least=0.0)
    unit = Engine(thrust, 1.0, exit_area, least, most, profile, tail_off)
    flows: dict[str, float] = {}
    if table.has("mass_flow_kg_s"):
        flows["mass_flow_kg_s"] = table.number("mass_flow_kg_s", above=0.0, at_least=1e-6, at_most=1e6)
    if table.has("burn_time_s"):
        seconds = unit.full_flow_seconds(table.number("burn_time_s", **TIME_S)) + pad_burn_s
        flows["burn_time_s"] = burnable_kg / seconds
    if table.has("isp_vacuum_s"):
        flows["isp_vacuum_s"] = thrust / (G0 * table.number("isp_vacuum_s", **ISP_S))
    if not flows:
        raise table.wrong_table("has no flow; give one of isp_vacuum_s, mass_flow_kg_s, burn_time_s")
    key, flow = next(iter(flows.items()))
    _note_derived(table, key)
    engine = replace(unit, mass_flow_kg_s=flow)
    return engine, flows, sea_level


def _note_derived(table: Table, key: str) -> None:
    """Notes where flow and specific impulse come from when `key` gave the flow."""
    words = {"isp_vacuum_s": "F / (g0 Isp)", "burn_time_s": "burnable propellant / burn time"}
    sources = table.book.sources
    origin = sources.get(table.dotted(key), Source()).text
    if key in words:
        text = f"{words[key]}; {origin}" if origin else words[key]
        sources[table.dotted("mass_flow_kg_s")] = Source(text, "derived")
    if not table.has("isp_vacuum_s"):
        text = f"F / (g0 flow); {origin}" if origin else "F / (g0 flow)"
        sources[table.dotted("isp_vacuum_s")] = Source(text, "derived")


def _exit_area(table: Table, thrust: float) -> tuple[float, float | None]:
    """Exit area, m2, from itself or from the sea-level thrust, A = (F_vac - F_sl) / 101 325 Pa."""
    area = table.number("exit_area_m2", None, at_least=0.0)
    sea_level: float | None = table.number("thrust_sea_level_n", None, **THRUST_N)
    if sea_level is not None and sea_level > thrust:
        factor = quantity("thrust_vacuum_n").keys[written := table.written("thrust_vacuum_n")]
        raise table.wrong("thrust_sea_level_n", f"is above {written} = {thrust / factor:.10g}; swap them?")
    if area is None and sea_level is None:
        table.assume(f"{table.label}.exit_area_m2 = 0 (neither sea-level thrust nor exit area given)")
        return 0.0, None
    if area is None and sea_level is not None:
        area = (thrust - sea_level) / SEA_LEVEL_PRESSURE_PA
        table.book.sources[table.dotted("exit_area_m2")] = Source("(F_vac - F_sl) / 101 325 Pa", "derived")
    return area, sea_level


def _throttle_profile(table: Table) -> tuple[tuple[float, float], ...]:
    """Rows (t_s since ignition, k), times rising; k holds to the next row."""
    if not table.has("throttle_profile"):
        return ()
    raw, source = table.value_and_source("throttle_profile")
    if source != Source():
        table.book.sources[table.dotted("throttle_profile")] = source
    rows: list[tuple[float, float]] = []
    wrong = table.wrong("throttle_profile", "must be rows [t_s, k], numbers, times rising from 0 or later")
    if not isinstance(raw, list):
        raise wrong
    for row in raw:
        if not isinstance(row, list) or len(row) != 2:
            raise wrong
        if any(isinstance(x, bool) or not isinstance(x, (int, float)) for x in row):
            raise wrong
        t_s, k = float(row[0]), float(row[1])
        if not (0.0 <= t_s < 1e6 and (not rows or t_s > rows[-1][0])):
            raise wrong
        if not 0.0 <= k <= HIGHEST_THROTTLE:
            raise table.wrong("throttle_profile", f"has k = {k:.10g}; k is from 0 to {HIGHEST_THROTTLE}")
        rows.append((t_s, k))
    return tuple(rows)


def _event_ref(table: Table, key: str) -> EventRef:
    """A moment after an event."""
    if key not in table.data:
        raise table.error(
            'is missing; write { event = "liftoff" } or { event = "<id>.cutoff", delay_s = 0 }',
            file=table.file,
            key=table.dotted(key),
        )
    inner = table.table(key, EVENT_REF)
    event = inner.text("event")
    if EVENT.fullmatch(event) is None:
        raise inner.wrong("event", 'is no event; write "liftoff" or "<id>.ignition|cutoff|separation"')
    return EventRef(event, inner.number("delay_s", 0.0, at_least=-1e6, at_most=1e6))


def _read_release(table: Table) -> Release | EventRef:
    """When a body leaves: by rule, or at a moment."""
    if "release" not in table.data:
        raise table.error(
            'is missing; write { rule = "heat-flux" } or { event = "<id>.separation", delay_s = 0 }',
            file=table.file,
            key=table.dotted("release"),
        )
    inner = table.table("release", RELEASE)
    if inner.exactly_one(("rule", "event"), "the moment") == "rule":
        if inner.has("delay_s"):
            raise inner.wrong("delay_s", "has no meaning beside a rule; remove it")
        return Release(inner.choice("rule", RELEASE_RULES))
    return _event_ref(table, "release")


def _read_cutoff(table: Table) -> Cutoff:
    """What ends the burn; a number that the rule would ignore is an error."""
    if "cutoff" not in table.data:
        raise table.error(
            'is missing; write { rule = "depletion" } or "time" with burn_time_s, or "command"',
            file=table.file,
            key=table.dotted("cutoff"),
        )
    inner = table.table("cutoff", CUTOFF)
    rule = inner.choice("rule", CUTOFF_RULES)
    used = {"depletion": (), "time": ("burn_time_s",), "command": ("min_burn_s", "max_burn_s")}[rule]
    for key in CUTOFF.quantities:
        if inner.has(key) and key not in used:
            raise inner.wrong(key, f'has no effect with rule = "{rule}"; remove it')
    if rule == "time":
        return Cutoff(rule, burn_time_s=inner.number("burn_time_s", **TIME_S))
    least = inner.number("min_burn_s", None, at_least=0.0)
    most = inner.number("max_burn_s", None, **TIME_S)
    if least is not None and most is not None and least > most:
        raise inner.wrong("min_burn_s", f"is above max_burn_s = {most:.10g}; swap them?")
    return Cutoff(rule, min_burn_s=least, max_burn_s=most)
