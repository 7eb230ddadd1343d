"""Random missions: drawn from `robustness.toml` over the vehicles of the catalogue, written as mission files.

A draw depends on seed and number alone. What a mission carries follows from the best payload that anybody found for the
same question, so a feasible one is feasible by construction, and an infeasible one is not.
"""

import json
import math
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

Toml = dict[str, Any]
Rng = np.random.Generator
Best = Callable[[str], float | None]
"""Best known payload (kg) of a mission text that asks for the largest; None where no start arrives."""

DATA: Toml = tomllib.loads(Path(__file__).with_name("robustness.toml").read_text("utf-8"))
# shares of the best payload that a feasible and an infeasible mission carry
_LIGHT, _HEAVY, _MODEST = 0.9, 1.15, 0.6
# a feasible mission carries at least this (kg), or its question is about nothing
_LEAST_KG = 150.0
_MOST_DRAWS = 12


@dataclass(frozen=True)
class Case:
    """One mission: its file, what it was drawn as, the diagnosis it must get (None: feasible), and the best payload."""

    number: int
    file: str
    vehicle: str
    site: str
    orbit: str
    asks: str
    fault: str | None
    code: str | None
    best_kg: float | None

    def save(self, folder: Path) -> None:
        """Write the case beside its mission."""
        (folder / f"case-{self.number:04d}.json").write_text(json.dumps(asdict(self), indent=1), "utf-8")


class NotDrawnError(Exception):
    """No draw of a case made a mission."""


def make_case(seed: int, number: int, folder: Path, best: Best, best_of_all: Best) -> Case:
    """Return case `number` of a seed, its mission written into `folder`; one that is there already is kept.

    What cannot be flown is built on `best_of_all`, which must not miss the optimum. Draws that nobody could fly are
    kept beside it as dropped-*.toml, to be looked at. Raises NotDrawnError.
    """
    told = folder / f"case-{number:04d}.json"
    if told.exists():
        return Case(**json.loads(told.read_text("utf-8")))
    rng = np.random.default_rng([seed, number])
    dropped: list[str] = []

    def noting(ask: Best) -> Best:
        """The same question, its text kept where nobody has an answer."""

        def asked(text: str) -> float | None:
            kg = ask(text)
            if kg is None:
                dropped.append(text)
            return kg

        return asked

    case, text = _drawn(rng, number, noting(best), noting(best_of_all))
    for k, lost in enumerate(dropped):
        (folder / f"dropped-{number:04d}-{k}.toml").write_text(lost, "utf-8")
    (folder / case.file).write_text(text, "utf-8")
    case.save(folder)
    return case


def _drawn(rng: Rng, number: int, best: Best, best_of_all: Best) -> tuple[Case, str]:
    infeasible = DATA["infeasible"]
    is_feasible = rng.random() >= infeasible["share"]
    faults = {name: entry["weight"] for name, entry in infeasible.items() if isinstance(entry, dict)}
    fault = None if is_feasible else _weighted(rng, faults)
    asks = str(rng.choice(["payload", "payload", "margin", "final_mass"]))
    for _ in range(_MOST_DRAWS):
        draft = _Draft(rng, fault)
        made = draft.feasible(asks, best) if fault is None else draft.infeasible(fault, best_of_all)
        if made is None:
            continue
        text, asked, kg = made
        code = None if fault is None else infeasible[fault]["code"]
        file = f"case-{number:04d}.toml"
        case = Case(number, file, draft.vehicle, draft.site, draft.orbit, asked, fault, code, kg)
        return case, f"# drawn as {draft.orbit}{'' if fault is None else ', ' + fault}\n{text}"
    raise NotDrawnError(f"case {number}: none of {_MOST_DRAWS} draws could be made ({fault or asks})")


class _Draft:
    """One draw: vehicle, pad, orbit and what is stated besides."""

    def __init__(self, rng: Rng, fault: str | None):
        self.rng = rng
        choices = _vehicles()
        launcher = str(rng.choice(sorted({name.partition("/")[0] for name in choices})))
        self.vehicle = str(rng.choice([name for name in choices if name.partition("/")[0] == launcher]))
        rocket = choices[self.vehicle]
        self.site = str(rng.choice(rocket.pads))
        self.rocket, self.latitude = rocket, _latitude_deg(self.site)
        orbits = DATA["orbits"]
        able = {name: o["weight"] for name, o in orbits.items() if o["burns"] <= rocket.burns}
        if fault == "plane-out-of-reach":
            able = {"low": 1}
        if fault == "coast-too-short":
            able = {name: w for name, w in able.items() if name == "high"}
        self.orbit = _weighted(rng, able) if able else ""
        self.target = self._target(orbits[self.orbit]) if able else {}
        self.limits, self.profile = self._options()
        self.day = ""
        if self.target and rng.random() < orbits[self.orbit].get("ltan_chance", 0.0):
            self.day = f"{rng.integers(2025, 2035)}-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}"
            self.target["ltan_h"] = round(self._between([0.0, 23.9]), 2)

    def feasible(self, asks: str, best: Best) -> tuple[str, str, float] | None:
        """Mission text, question and best payload (kg) of a mission that can be flown."""
        kg = best(self._text({}))
        if kg is None or kg < _LEAST_KG:
            return None
        objective = {} if asks == "payload" else {"maximize": asks, "payload_kg": round(_LIGHT * kg, 1)}
        return self._text(objective), asks, kg

    def infeasible(self, fault: str, best: Best) -> tuple[str, str, float | None] | None:
        """Mission text, question and best payload (kg, without the fault) of a mission that cannot be flown."""
        made: tuple[str, str, float | None] | None = getattr(self, f"_{fault.replace('-', '_')}")(best)
        return made

    # --- the faults ---------------------------------------------------------------------------------------------------

    def _too_heavy(self, best: Best) -> tuple[str, str, float] | None:
        kg = best(self._text({}))
        if kg is None or kg < _LEAST_KG:
            return None
        return self._text({"maximize": "margin", "payload_kg": round(_HEAVY * kg, 1)}), "margin", kg

    def _plane_out_of_reach(self, best: Best) -> tuple[str, str, float] | None:
        """A low orbit thirty degrees below the latitude, with a payload that leaves no 4 km/s to turn the plane."""
        if self.latitude < 40.0:
            return None
        self.target["inclination_deg"] = round(self.latitude + 0.5, 2)
        kg = best(self._text({}))
        if kg is None or kg < _LEAST_KG:
            return None
        self.target["inclination_deg"] = round(self.rng.uniform(0.5, self.latitude - 30.0), 2)
        return self._text({"maximize": "margin", "payload_kg": round(_MODEST * kg, 1)}), "margin", kg

    def _does_not_lift_off(self, best: Best) -> tuple[str, str, None]:
        payload = self.rocket.liftoff_thrust_n / (9.80665 * self.rng.uniform(0.8, 0.97)) - self.rocket.mass_kg
        return self._text({"maximize": "margin", "payload_kg": round(payload, 1)}), "margin", None

    def _limit_out_of_reach(self, best: Best) -> tuple[str, str, float] | None:
        """An acceleration that lift-off itself exceeds, or a dynamic pressure that no climb out of the air keeps."""
        kg = best(self._text({}))
        if kg is None or kg < _LEAST_KG:
            return None
        if self.rocket.is_throttled:
            self.limits["max_axial_acceleration_g"] = round(self.rng.uniform(0.6, 0.9), 3)
        elif self.rng.random() < 0.5:
            self.limits["max_axial_acceleration_g"] = round(self.rng.uniform(1.02, 1.15), 3)
        else:
            self.limits["max_dynamic_pressure_pa"] = round(self.rng.uniform(1.5e3, 4e3), 0)
        return self._text({}), "payload", kg

    def _coast_too_short(self, best: Best) -> tuple[str, str, float] | None:
        """A high orbit that takes half an hour to climb to, and a payload that needs a coast as long."""
        if self.target.get("perigee_altitude_km", 0.0) < 5000.0:
            return None
        kg = best(self._text({}))
        if kg is None or kg < _LEAST_KG:
            return None
        self.profile["max_coast_s"] = round(self.rng.uniform(70.0, 300.0), 0)
        return self._text({"maximize": "margin", "payload_kg": round(_LIGHT * kg, 1)}), "margin", kg

    # --- what is drawn ------------------------------------------------------------------------------------------------

    def _target(self, orbit: Toml) -> Toml:
        if "c3_km2_s2" in orbit:
            return {key: round(self._between(orbit[key]), 2) for key in ("c3_km2_s2", "declination_deg")}
        perigee = round(self._between(orbit["perigee_km"]), 0)
        if "apogee_km" in orbit:
            apogee = round(self._between(orbit["apogee_km"]), 0)
        else:
            # half of the nearly round ones are round
            rise = self._between(orbit["rise_km"])
            is_round = orbit["rise_km"][0] == 0 and self.rng.random() < 0.5
            apogee = perigee if is_round else round(perigee + rise, 0)
        return {
            "perigee_altitude_km": perigee,
            "apogee_altitude_km": apogee,
            "inclination_deg": self._inclination(orbit),
        }

    def _inclination(self, orbit: Toml) -> float | str:
        if "inclination" in orbit:
            return str(orbit["inclination"])
        if "inclination_deg" in orbit:
            return round(self._between(orbit["inclination_deg"]), 2)
        low, high = orbit["above_latitude_deg"]
        # what is flown most is the latitude itself, where a launch due east gains most
        above = 0.1 if self.rng.random() < 0.25 else self._between([low, high])
        return round(max(self.latitude + above, 0.5), 2)

    def _options(self) -> tuple[Toml, Toml]:
        limits: Toml = {}
        profile: Toml = {}
        for key, option in DATA["options"].items():
            if self.rng.random() >= option["chance"]:
                continue
            value = round(self._between(option["range"]), 1)
            if key in ("vertical_rise_s", "separation_delay_s"):
                profile[key] = value
            elif key != "fairing_heat_flux_w_m2" or self.rocket.has_fairing:
                limits[key] = value
        if self.rng.random() < 0.15:
            profile["launch_direction"] = str(self.rng.choice(["ascending", "descending"]))
        return limits, profile

    def _between(self, bounds: list[float]) -> float:
        return float(self.rng.uniform(bounds[0], bounds[1]))

    def _text(self, objective: Toml) -> str:
        tables: dict[str, Toml] = {
            "target": self.target,
            "objective": objective,
            "limits": self.limits,
            "profile": self.profile,
        }
        lines = [
            'format = "cosmodrome-mission/1"',
            f'vehicle = "{self.vehicle}"',
            f'site = "{self.site}"',
            *([f"launch_date_utc = {self.day}"] if self.day else []),
        ]
        for name, table in tables.items():
            if table:
                lines += ["", f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
        return "\n".join(lines) + "\n"


# --- what is there to draw from --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rocket:
    pads: tuple[str, ...]
    burns: int
    has_fairing: bool
    is_throttled: bool
    liftoff_thrust_n: float
    mass_kg: float


def _vehicles() -> dict[str, _Rocket]:
    """Every combination of the catalogue that has a pad."""
    from cosmodrome.catalogue.load import catalogue_combinations, catalogue_ids, load_vehicle

    sites = catalogue_ids()["sites"]
    found = {}
    for name in catalogue_combinations():
        pads = tuple(p for p in DATA["pads"].get(name.partition("/")[0], []) if p in sites)
        if not pads:
            continue
        vehicle = load_vehicle(name)
        lit = [s for s in vehicle.stages if s.ignition.event == "liftoff" and s.ignition.delay_s == 0.0]
        found[name] = _Rocket(
            pads,
            vehicle.last_stage.burns,
            any(body.id == "fairing" for body in vehicle.bodies),
            any(s.engine.throttle_min < s.engine.throttle_max for s in vehicle.stages),
            sum(s.count * s.engine.thrust_sea_level_n for s in lit),
            vehicle.liftoff_mass_without_payload_kg,
        )
    return found


def _latitude_deg(site: str) -> float:
    """Geocentric latitude of a pad: the least inclination without turning the plane."""
    from cosmodrome.catalogue.load import load_site

    geodetic = load_site(site).latitude_rad
    return abs(math.degrees(math.atan((1.0 - 1.0 / 298.257223563) ** 2 * math.tan(geodetic))))


def _weighted(rng: Rng, weights: dict[str, float]) -> str:
    names, total = list(weights), sum(weights.values())
    return names[int(rng.choice(len(names), p=[weights[n] / total for n in names]))]
