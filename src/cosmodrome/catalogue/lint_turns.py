"""The Meteor-M 2-1 lint: every turn that a stage must make before it ignites, as its control system would command it.

On 28 November 2017 Fregat counted headings from another axis than the launcher (by 10 deg, as published). Subtracting
what the one had told from what the other wanted gave a turn of about 360 deg instead of a few; the burn began on
schedule in the wrong attitude. Two numbers tell such a trap:

    shortest    the signed rotation that is needed, at most half a turn either way, continuous over all headings
    as counted  the difference of the two counted angles, which jumps by a turn where one of the counts starts again

Headings are those of the thrust axis in the local horizon, clockwise from north.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from cosmodrome.catalogue.schema import Stage, Vehicle

LAUNCHER = "launcher"
HALF_TURN_DEG = 180.0
_ROUNDING_DEG = 1e-6
_HANDOVER_S = 1.0  # a shorter gap between two burns is hot staging: one control system flies through it
_COASTING_G = 1e-3  # air above 150 km gives less, the weakest stage a hundred times more
_UPRIGHT = 1e-3  # a thrust axis this close to the vertical has no heading


@dataclass(frozen=True)
class Convention:
    """How a control system counts headings: from `zero_deg`, in the turn that begins at `lowest_deg`."""

    name: str
    zero_deg: float
    lowest_deg: float

    def counted_deg(self, heading_deg: float) -> float:
        """The heading as this control system counts it, deg."""
        return (heading_deg - self.zero_deg - self.lowest_deg) % 360.0 + self.lowest_deg


@dataclass(frozen=True)
class Turn:
    """A change of heading, deg: the `shortest` signed one, and the difference of the angles `as_counted`."""

    shortest_deg: float
    as_counted_deg: float

    @property
    def is_long_way_round(self) -> bool:
        """Whether counting commands more than half a turn."""
        return abs(self.as_counted_deg) > HALF_TURN_DEG + _ROUNDING_DEG


@cache
def conventions() -> dict[str, Convention]:
    """The documented conventions, by name."""
    text = (Path(__file__).parents[1] / "lints" / "attitude_conventions.toml").read_text(encoding="utf-8")
    return {
        name: Convention(name, float(entry["zero_deg"]), float(entry["lowest_deg"]))
        for name, entry in tomllib.loads(text).items()
    }


def commanded_turn(now: Convention, now_deg: float, wanted: Convention, wanted_deg: float) -> Turn:
    """The turn from a heading that control system `now` tells to one that `wanted` takes over with."""
    told_deg = now.counted_deg(now_deg) + now.zero_deg - wanted.zero_deg
    return Turn(
        math.remainder(wanted_deg - now_deg, 360.0),
        wanted.counted_deg(wanted_deg) - told_deg,
    )


def lint_turns(
    vehicle: Vehicle, events: Sequence[Mapping[str, Any]], columns: Mapping[str, np.ndarray]
) -> tuple[str, ...]:
    """A sentence for each turn before an ignition that is commanded the long way round or ends too late.

    Takes `events` of result.json and the columns of trajectory.parquet; a stage without slew_rate_deg_s is not timed.
    """
    said: list[str] = []
    for stage, start_s in _ignitions(vehicle, events):
        is_burning = columns["axial_acceleration_g"] > _COASTING_G
        is_before = (columns["t_s"] < start_s) & is_burning
        is_after = (columns["t_s"] >= start_s) & is_burning
        if not (is_before.any() and is_after.any()):
            continue
        before, after = np.flatnonzero(is_before)[-1], np.flatnonzero(is_after)[0]
        parted_s = _separations(vehicle, events, start_s)
        free_s = start_s - max(float(columns["t_s"][before]), *parted_s)
        if free_s < _HANDOVER_S:
            continue
        said += _late(stage, start_s, free_s, _axis(columns, before), _axis(columns, after))
        is_handed_over = max(parted_s) > columns["t_s"][before]
        headings = _heading_deg(columns, before), _heading_deg(columns, after)
        said += _long_way_round(vehicle, stage, start_s, is_handed_over, *headings)
    return tuple(said)


def convention_of(stage: Stage) -> Convention | None:
    """The convention that a stage declares, the launcher's where it declares none; None for an unknown name."""
    return conventions().get(stage.attitude_convention or LAUNCHER)


def _late(
    stage: Stage, start_s: float, free_s: float, before: np.ndarray, after: np.ndarray
) -> Iterator[str]:
    if stage.slew_rate_rad_s is None:
        return
    angle = math.atan2(float(np.linalg.norm(np.cross(before, after))), float(before @ after))
    needed_s = angle / stage.slew_rate_rad_s
    if needed_s > free_s:
        yield (
            f"{stage.id} must turn by {math.degrees(angle):.0f}° before it ignites at {start_s:.1f} s: that takes"
            f" {needed_s:.0f} s at {math.degrees(stage.slew_rate_rad_s):.3g} deg/s, and there are {free_s:.0f} s"
        )


def _long_way_round(
    vehicle: Vehicle,
    stage: Stage,
    start_s: float,
    is_handed_over: bool,
    before_deg: float | None,
    after_deg: float | None,
) -> Iterator[str]:
    wanted = convention_of(stage)
    place = vehicle.stages.index(stage)
    now = convention_of(vehicle.stages[place - 1]) if is_handed_over and place > 0 else wanted
    if now is None or wanted is None or before_deg is None or after_deg is None:
        return
    turn = commanded_turn(now, before_deg, wanted, after_deg)
    if turn.is_long_way_round:
        yield (
            f"{stage.id} needs a turn of {turn.shortest_deg:.1f}° in heading before it ignites at {start_s:.1f} s, but"
            f" subtracting the angles as {now.name} and {wanted.name} count them commands {turn.as_counted_deg:.1f}°:"
            f" the headings {before_deg:.1f}° and {after_deg:.1f}° lie on both sides of where a count starts again"
        )


def _ignitions(vehicle: Vehicle, events: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Stage, float]]:
    """Every ignition in flight, with its stage; the last stage's first one has two events."""
    found: list[tuple[str, float]] = []
    for event in events:
        code, ignition = event["code"], (event["subject"], event["t_s"])
        is_ignition = code.endswith("_IGNITION") or (code.startswith("BURN_") and code.endswith("_START"))
        if is_ignition and ignition not in found:
            found.append(ignition)
    for owner, t_s in found:
        yield vehicle.stage(owner), t_s


def _separations(
    vehicle: Vehicle, events: Sequence[Mapping[str, Any]], until_s: float
) -> tuple[float, float]:
    """Lift-off, and the last time until `until_s` that a stage was left behind."""
    times = [
        e["t_s"]
        for e in events
        if e["code"].endswith("_SEP") and e["subject"] in vehicle.stage_ids and e["t_s"] <= until_s
    ]
    return 0.0, max(times, default=0.0)


def _axis(columns: Mapping[str, np.ndarray], row: int) -> np.ndarray:
    return np.array([columns[f"u_eci_{axis}"][row] for axis in "xyz"], dtype=float)


def _heading_deg(columns: Mapping[str, np.ndarray], row: int) -> float | None:
    """Heading of the thrust axis, deg clockwise from north; None where it points up or down."""
    up = np.array([columns[f"r_eci_{axis}_m"][row] for axis in "xyz"], dtype=float)
    up /= np.linalg.norm(up)
    east = np.cross([0.0, 0.0, 1.0], up)
    if np.linalg.norm(east) < _UPRIGHT:
        return None
    east /= np.linalg.norm(east)
    u = _axis(columns, row)
    along_east, along_north = float(u @ east), float(u @ np.cross(up, east))
    if math.hypot(along_east, along_north) < _UPRIGHT:
        return None
    return math.degrees(math.atan2(along_east, along_north)) % 360.0
