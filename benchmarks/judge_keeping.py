"""Does the flight keep to its mission and vehicle: claims, propellant, order and number of events, limits."""

import math
from itertools import pairwise

from judge_files import G0, Toml, number
from judge_flight import Run
from judge_rows import Rows
from judge_schedule import FIXED_S
from judge_vehicle import corridor, limits

# book-keeping of masses
_MASS_KG = 1.0
_LIMIT_SHARE = 2e-3
# a floor of 120 km is kept to this (m)
_FLOOR_M = 100.0


class KeepingQuestions:
    """The questions of one run on all but its target."""

    def __init__(self, run: Run, rows: Rows):
        self.run, self.rows = run, rows

    def ask_claims(self) -> None:
        objective = self.run.mission.get("objective", {})
        asked = number(objective, "payload_kg", self.run.programme.payload_kg)
        self.rows.equal("payload", "kg", asked, self.run.payload, 1e-6)
        y, mass = self.run.flight.at(self.run.schedule.insertion)
        self.rows.equal("mass at insertion, as told", "kg", self.run.result["final_mass_kg"], mass, _MASS_KG)
        if self.run.result["margin_kg"] is not None:
            left = self.run.rocket.stages[-1].usable_kg - float(y[5 + len(self.run.rocket.stages)])
            self.rows.equal("margin, as told", "kg", self.run.result["margin_kg"], left, _MASS_KG)

    def ask_propellant(self) -> None:
        y, _ = self.run.flight.at(self.run.schedule.end)
        for i, stage in enumerate(self.run.rocket.stages):
            burnt = float(y[6 + i])
            self.rows.at_most(f"{stage.id} burns", "kg", stage.usable_kg, burnt, _MASS_KG)
            if stage.cutoff["rule"] == "depletion" and f"{stage.id}.cutoff" not in self.run.schedule.imposed:
                self.rows.at_least(f"{stage.id} is emptied", "kg", stage.usable_kg, burnt, _MASS_KG)
            total = sum(w.cutoff - w.ignition for w in self.run.schedule.windows[stage.id])
            least = number(stage.cutoff, "min_burn_s", 0.0)
            most = min(number(stage.cutoff, "max_burn_s", math.inf), stage.max_total_burn_s)
            if math.isfinite(most):
                self.rows.at_most(f"{stage.id} burns for", "s", most, total, FIXED_S)
            if least > 0.0:
                self.rows.at_least(f"{stage.id} burns for", "s", least, total, FIXED_S)

    def ask_events(self) -> None:
        self.rows.reasons += self.run.schedule.disorder()
        self.rows.at_most(
            "events that the files fix, off by", "s", 0.0, self.run.schedule.disagreement_s, FIXED_S
        )
        profile, last = self.run.mission.get("profile", {}), self.run.rocket.stages[-1]
        for stage in self.run.rocket.stages:
            allowed = stage.burns if stage is last else 1
            self.rows.at_most(
                f"burns of {stage.id}", "", allowed, len(self.run.schedule.windows[stage.id]), 0
            )
        burns = profile.get("upper_stage_burns", "auto")
        if burns != "auto":
            self.rows.equal("burns asked for", "", burns, len(self.run.schedule.windows[last.id]), 0)
        for before, after in pairwise(self.run.schedule.windows[last.id]):
            coast = after.ignition - before.cutoff
            self.rows.at_least(f"coast of {last.id}", "s", last.coast_s[0], coast, FIXED_S)
            if math.isfinite(last.coast_s[1]):
                self.rows.at_most(f"coast of {last.id}", "s", last.coast_s[1], coast, FIXED_S)
        self.rows.at_most(
            "longest coast", "s", number(profile, "max_coast_s", 21600.0), self._longest_coast(), FIXED_S
        )
        self._vertical_rise(profile)

    def _longest_coast(self) -> float:
        """Longest stretch before insertion in which nothing burns."""
        burns = sorted((w.ignition, w.end) for windows in self.run.schedule.windows.values() for w in windows)
        longest, until = 0.0, self.run.schedule.start
        for begin, end in burns:
            longest, until = max(longest, begin - until), max(until, end)
        return longest

    def _vertical_rise(self, profile: Toml) -> None:
        own = 0.0 if "initial_state" in self.run.mission else self.run.rocket.vertical_rise_s
        end = self.run.schedule.start + number(profile, "vertical_rise_s", own)
        off = [s.off_vertical for s in self.run.flight.seen if s.t < end - FIXED_S]
        if off:
            self.rows.at_most("off the vertical in the rise", "deg", 0.0, math.degrees(max(off)), 0.01)

    def ask_limits(self) -> None:
        held, seen = limits(self.run.mission, self.run.rocket.limits), self.run.flight.seen
        for key, unit, scale, of in (
            ("max_dynamic_pressure_pa", "Pa", 1.0, lambda s: s.q),
            ("max_q_alpha_pa_rad", "Pa rad", 1.0, lambda s: s.q_alpha),
            ("max_axial_acceleration_g", "g", G0, lambda s: s.axial),
            ("fairing_heat_flux_w_m2", "W/m2", 1.0, lambda s: s.heat_flux if s.is_bare else 0.0),
        ):
            if key in held:
                bound = held[key] / scale
                self.rows.at_most(key, unit, bound, max(map(of, seen)) / scale, _LIMIT_SHARE * bound)
        floor = held["min_coast_altitude_km"]
        climbed = next((i for i, s in enumerate(seen) if s.altitude >= floor), None)
        if climbed is not None:
            lowest = min(s.altitude for s in seen[climbed:])
            self.rows.at_least(
                "altitude once climbed to the floor", "km", floor / 1e3, lowest / 1e3, _FLOOR_M / 1e3
            )
        self._azimuth()

    def _azimuth(self) -> None:
        """Launch azimuth over the ground, at the end of the first steered stretch of more than 20 s."""
        bounds = corridor(self.run.mission, self.run.rocket.limits, self.run.site)
        if bounds is None:
            return
        t = next((b for a, b in self.run.programme.steered if b - a > 20.0), self.run.programme.steered[0][1])
        azimuth = min(self.run.flight.seen, key=lambda s: abs(s.t - t)).azimuth
        low, width = bounds[0], (bounds[1] - bounds[0]) % (2.0 * math.pi)
        past = math.remainder(azimuth - low - 0.5 * width, 2.0 * math.pi)
        centre = math.degrees(low + 0.5 * width) % 360.0
        self.rows.equal(
            "launch azimuth", "deg", centre, centre + math.degrees(past), math.degrees(0.5 * width) + 0.1
        )
