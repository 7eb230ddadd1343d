"""The judge's vehicle: files put together as docs/files.md says, and the limits that hold on it.

Written from docs/files.md alone; nothing here comes from the package that is judged.
"""

import math
from dataclasses import dataclass, field, replace
from pathlib import Path

from judge_files import G0, JudgeError, Toml, columns, number, plain, read, spellings

SEA_LEVEL_PA = 101325.0
CATALOGUE = Path(__file__).resolve().parents[1] / "src" / "cosmodrome" / "catalogue"


@dataclass(frozen=True)
class Moment:
    """`delay_s` after an event."""

    event: str
    delay_s: float


@dataclass(frozen=True)
class Stage:
    """All units of a stage together: kg, N, kg/s, m2; `usable_kg` is what a plan may burn in flight."""

    id: str
    dry_kg: float
    load_kg: float
    usable_kg: float
    thrust_n: float
    flow_kg_s: float
    exit_area_m2: float
    throttle: tuple[float, float]
    profile: tuple[tuple[float, float], ...]
    tail_impulse_n_s: float
    ignition: Moment
    cutoff: Toml
    separation: Moment | None
    burns: int
    coast_s: tuple[float, float]
    max_total_burn_s: float

    @property
    def is_throttled(self) -> bool:
        """Whether the throttle is free."""
        return not self.profile and self.throttle[0] < self.throttle[1]

    @property
    def depletion_s(self) -> float:
        """Seconds from ignition to cut-off that use all that is usable, what the tail-off takes counted."""
        left = self.usable_kg - self.tail_impulse_n_s * self.flow_kg_s / self.thrust_n
        edges = [(0.0, 1.0), *self.profile]
        for i, (since, k) in enumerate(edges):
            length = edges[i + 1][0] - since if i + 1 < len(edges) else math.inf
            if k > 0.0 and left <= k * self.flow_kg_s * length:
                return since + left / (k * self.flow_kg_s)
            left -= k * self.flow_kg_s * length if k > 0.0 else 0.0
        raise JudgeError(f"{self.id}: the throttle profile ends at zero before the propellant does")


@dataclass(frozen=True)
class Body:
    """All pieces of a body together; `release` is None where it waits for thin air."""

    id: str
    mass_kg: float
    owner: str | None
    release: Moment | None

    @property
    def is_fairing(self) -> bool:
        """Whether what it bares feels the heat of the air."""
        return self.id == "fairing" or self.release is None


@dataclass(frozen=True)
class Air:
    """Aerodynamics until an event: rows of Mach, angle of attack (rad) and the two coefficients."""

    until: str | None
    area_m2: float
    is_body_axes: bool
    rows: tuple[list[float], list[float], list[float], list[float]]


@dataclass(frozen=True)
class Rocket:
    """A vehicle without payload; `limits` is the [limits] of its file."""

    stages: tuple[Stage, ...]
    bodies: tuple[Body, ...]
    airs: tuple[Air, ...]
    limits: Toml = field(default_factory=dict)
    adapter_kg: float = 0.0
    vertical_rise_s: float = 10.0

    @property
    def initial_kg(self) -> float:
        """Mass at first motion without payload."""
        stages = sum(s.dry_kg + s.load_kg for s in self.stages)
        return stages + self.adapter_kg + sum(b.mass_kg for b in self.bodies if b.owner is None)


def rocket(name: str, fairing: str | None, beside: Path) -> Rocket:
    """Return the vehicle that a mission names, "a", "a/b" or a .toml file in the folder `beside`."""
    launcher, upper = name, ""
    if "/" in name and not name.endswith(".toml"):
        launcher, _, upper = name.rpartition("/")
    top = _file(launcher, "vehicles", beside)
    riding = _file(upper, "upper_stages", beside) if upper else {}
    offered = top.get("configurations") or {"alone": {}}
    if (upper or "alone") not in offered:
        raise JudgeError(f"{name} is no combination that its file lists")
    configuration = offered[upper or "alone"]
    bodies = [_body(raw) for part in (top, riding, configuration) for raw in part.get("bodies", [])]
    carried: Toml = {}
    if fairings := top.get("fairings"):
        carried = fairings[fairing or plain(configuration, "fairing") or plain(top, "fairing")]
        bodies.append(_body(carried | {"id": "fairing"}))
    owners = (configuration, riding) if upper else (configuration, top)
    stages = [_stage(raw) for part in (top, riding) for raw in part.get("stages", [])]
    reserve = _first(owners, "guidance_reserve_kg", 0.0)
    stages[-1] = replace(stages[-1], usable_kg=stages[-1].usable_kg - reserve, separation=None)
    return Rocket(
        tuple(stages),
        tuple(bodies),
        tuple(map(_air, configuration.get("aero") or carried.get("aero") or top.get("aero", []))),
        top.get("limits", {}) | configuration.get("limits", {}),
        _first(owners, "adapter_mass_kg", 0.0),
        _first((configuration, top), "vertical_rise_s", 10.0),
    )


def _file(name: str, kind: str, beside: Path) -> Toml:
    """A vehicle file over the one that it rests on, the paths of its tables made whole."""
    own = name.endswith(".toml")
    path = beside / name if own else CATALOGUE / kind / f"{name}.toml"
    data = read(path)
    tables = path.parent if own else CATALOGUE / "tables"
    for owner in (data, *data.get("configurations", {}).values(), *data.get("fairings", {}).values()):
        for raw in owner.get("aero", []):
            if "drag_table" in raw:
                raw["drag_table"] = tables / plain(raw, "drag_table")
    return _over(data, _file(data["based_on"], kind, path.parent)) if "based_on" in data else data


def _over(own: Toml, base: Toml) -> Toml:
    """What a file states replaces its base's; stages, bodies and fairings of the same name do so key by key."""
    merged = base | own
    for key in ("stages", "bodies"):
        below = {entry["id"]: entry for entry in base.get(key, [])}
        if key in own:
            merged[key] = [_entry(entry, below.get(entry["id"], {})) for entry in own[key]]
    if "fairings" in own:
        below = base.get("fairings", {})
        merged["fairings"] = {
            name: _entry(mine, below.get(name, {})) for name, mine in own["fairings"].items()
        }
    return merged


def _entry(own: Toml, base: Toml) -> Toml:
    stated = {spelling for key in own for spelling in spellings(key)}
    return {key: value for key, value in base.items() if key not in stated} | own


def _first(owners: tuple[Toml, ...], key: str, default: float) -> float:
    return next((v for owner in owners if (v := number(owner, key)) is not None), default)


def _moment(raw: Toml) -> Moment:
    return Moment(raw["event"], number(raw, "delay_s", 0.0))


def _stage(raw: Toml) -> Stage:
    engine, count = raw["engine"], plain(raw, "count", 1)
    load, residual = number(raw, "propellant_mass_kg"), number(raw, "residual_mass_kg", 0.0)
    pad_s, thrust = number(raw, "pad_burn_s", 0.0), number(engine, "thrust_vacuum_n")
    profile = tuple((float(t), float(k)) for t, k in plain(engine, "throttle_profile", []))
    low = plain(engine, "throttle_min", 1.0)
    high = plain(engine, "throttle_max", max(1.0, low))
    flow = _flow(engine, thrust, load - residual, pad_s, profile)
    area = number(engine, "exit_area_m2")
    if area is None:
        area = (thrust - number(engine, "thrust_sea_level_n", thrust)) / SEA_LEVEL_PA
    if not profile and low == high != 1.0:
        profile = ((0.0, high),)
    separation = raw.get("separation")
    return Stage(
        id=raw["id"],
        dry_kg=count * number(raw, "dry_mass_kg"),
        load_kg=count * (load - pad_s * flow),
        usable_kg=count * (load - residual - pad_s * flow),
        thrust_n=count * thrust,
        flow_kg_s=count * flow,
        exit_area_m2=count * area,
        throttle=(low, high),
        profile=profile,
        tail_impulse_n_s=count * number(engine, "tail_off_impulse_n_s", 0.0),
        ignition=_moment(raw["ignition"]),
        cutoff=raw["cutoff"],
        separation=None if separation is None else _moment(separation),
        burns=plain(raw, "burns", 1),
        coast_s=(number(raw, "min_coast_s", 0.0), number(raw, "max_coast_s", math.inf)),
        max_total_burn_s=number(raw, "max_total_burn_s", math.inf),
    )


def _flow(
    engine: Toml, thrust: float, burnable: float, pad_s: float, profile: tuple[tuple[float, float], ...]
) -> float:
    """Full flow of one unit: stated, from the burn time, or from the specific impulse."""
    if (flow := number(engine, "mass_flow_kg_s")) is not None:
        return float(flow)
    if (burn := number(engine, "burn_time_s")) is not None:
        edges = [(0.0, 1.0), *((t, k) for t, k in profile if t < burn), (burn, 0.0)]
        full = sum(k * (edges[i + 1][0] - t) for i, (t, k) in enumerate(edges[:-1]))
        return float(burnable / (full + pad_s))
    return float(thrust / (G0 * number(engine, "isp_vacuum_s")))


def _body(raw: Toml) -> Body:
    release = raw["release"]
    return Body(
        raw["id"],
        plain(raw, "count", 1) * number(raw, "mass_kg"),
        raw.get("in_dry_mass_of"),
        _moment(release) if "event" in release else None,
    )


def _air(raw: Toml) -> Air:
    is_body = raw.get("axes", "wind") == "body"
    if "drag_table" in raw:
        along, across = ("ca", "cn") if is_body else ("cd", "cl")
        mach, alpha, a, n = columns(raw["drag_table"], "mach", "alpha_deg", along, across)
    else:
        mach, alpha, a, n = [0.0], [], [plain(raw, "drag_coefficient")], []
    rows = (mach, alpha or [0.0] * len(mach), a, n or [0.0] * len(mach))
    return Air(raw.get("until"), number(raw, "reference_area_m2"), is_body, rows)


# --- limits ----------------------------------------------------------------------------------------------------------

_CEILINGS = (
    "max_dynamic_pressure_pa",
    "max_q_alpha_pa_rad",
    "max_axial_acceleration_g",
    "fairing_heat_flux_w_m2",
)
_FLOOR_M = 120e3


def limits(mission: Toml, vehicle: Toml) -> dict[str, float]:
    """Return the limits that hold in SI, the tighter of mission and vehicle; the floor of coasts always has one."""
    own = mission.get("limits", {})
    found: dict[str, float] = {}
    for key in _CEILINGS:
        stated = [v for table in (own, vehicle) if (v := number(table, key)) is not None]
        if stated:
            found[key] = min(stated)
    floors = [v for table in (own, vehicle) if (v := number(table, "min_coast_altitude_km")) is not None]
    return found | {"min_coast_altitude_km": max(floors) if floors else _FLOOR_M}


def corridor(mission: Toml, vehicle: Toml, site: Toml) -> tuple[float, float] | None:
    """Return the launch azimuths (rad) that hold, the mission's before the vehicle's before the site's."""
    for table in (mission.get("limits", {}), vehicle, site):
        low, high = number(table, "launch_azimuth_min_deg"), number(table, "launch_azimuth_max_deg")
        if low is not None and high is not None:
            return low, high
    return None


def site(mission: Toml, beside: Path) -> Toml:
    """Return the table of the launch pad."""
    named = mission["site"]
    if isinstance(named, dict):
        return named
    return read(beside / named if named.endswith(".toml") else CATALOGUE / "sites" / f"{named}.toml")
