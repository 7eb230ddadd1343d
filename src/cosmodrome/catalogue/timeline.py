"""The nouns of a flight's timeline: phases, what flows and drops in them, and what ties their durations.

Phases form a tree: the trunk is the payload's way to orbit, a dropped body is a branch that begins where it separates.
Made by `catalogue.phases` alone; the guess, the optimiser and the flight share them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain

from cosmodrome.physics.motion import Leg
from cosmodrome.physics.propulsion import UNGOVERNED


@dataclass(frozen=True)
class Mark:
    """An event to be told: its code (contract's list), whom it concerns, and its name in the vehicle's terms."""

    code: str
    subject: str
    name: str


@dataclass(frozen=True)
class Flow:
    """What one stage (all its units) burns in a phase: `flow_kg_s` + `rate_kg_s2` x elapsed, or what the throttle
    says."""

    stage: str
    flow_kg_s: float
    rate_kg_s2: float = 0.0
    is_throttled: bool = False

    def burnt_kg(self, duration_s: float) -> float:
        """Propellant burnt in `duration_s` seconds of this phase; only for a flow that is not throttled."""
        return self.flow_kg_s * duration_s + 0.5 * self.rate_kg_s2 * duration_s**2


@dataclass(frozen=True)
class Drop:
    """A branch of the tree: something that leaves at the end of a phase and falls by itself.

    `mass_kg` is that of all units without the propellant still in `stage` (None for a body that is no stage).
    """

    id: str
    name: str
    count: int
    mass_kg: float
    stage: str | None
    reference_area_m2: float | None
    drag_coefficient: float | None


@dataclass(frozen=True)
class Phase:
    """A stretch of flight in which nothing changes but the state; `nominal_s` is its length in the first guess.

    `throttle_serves_loads` tells of a free throttle that nothing but a limit on loads has a use for: its stage burns
    alone, for as long as it likes.
    """

    id: str
    leg: Leg
    flows: tuple[Flow, ...]
    nominal_s: float
    is_fixed: bool
    is_vertical: bool
    throttle_min: float
    throttle_max: float
    begins_with: tuple[Mark, ...]
    ends_with: tuple[Mark, ...]
    drops: tuple[Drop, ...]
    is_fairing_gone: bool
    throttle_serves_loads: bool = False

    @property
    def is_throttled(self) -> bool:
        """Whether a throttle is free in this phase."""
        return self.throttle_max > self.throttle_min

    @property
    def is_steered(self) -> bool:
        """Whether its thrust axis is free: an engine burns, and the flight does not rise straight up."""
        return bool(self.flows) and not self.is_vertical

    def governed(self, acceleration_m_s2: float) -> "Phase":
        """This phase with its throttle governed, where that serves loads alone."""
        if not (self.is_throttled and self.throttle_serves_loads):
            return self
        propulsion = self.leg.propulsion._replace(governed_acceleration=acceleration_m_s2)
        return replace(self, leg=self.leg._replace(propulsion=propulsion))

    @property
    def is_burning(self) -> bool:
        """Whether any engine burns."""
        return bool(self.flows)


@dataclass(frozen=True)
class Tie:
    """A linear row over durations: lower_s <= sum of the durations of `phases` <= upper_s; equal where imposed."""

    name: str
    phases: tuple[int, ...]
    lower_s: float
    upper_s: float


@dataclass(frozen=True)
class Burn:
    """What one stage (all its units) may burn, and in which phases it does: a window for each of its burns.

    `usable_kg` is what is left after the pad burn, less residuals and, for the last stage, the guidance reserve. An
    open burn is one whose length or throttle the timeline leaves open; one that `must_deplete` uses all of it
    whatever its throttle does.
    """

    stage: str
    windows: tuple[tuple[int, ...], ...]
    usable_kg: float
    is_open: bool
    must_deplete: bool

    @property
    def phases(self) -> tuple[int, ...]:
        """All phases in which it burns."""
        return tuple(chain(*self.windows))


@dataclass(frozen=True)
class Timeline:
    """The phases of a flight in order, what ties their durations, and the masses it starts with.

    `free` maps the key of a free event ("fairing.release", "block-i.cutoff") to the phase whose end it is;
    `insertion` is the phase at whose end the target holds. `propellant_kg` is the load of each stage (all units) at
    first motion, residuals included; `mass_without_payload_kg` is everything but the payload.
    """

    phases: tuple[Phase, ...]
    ties: tuple[Tie, ...]
    burns: tuple[Burn, ...]
    free: Mapping[str, int]
    insertion: int
    t0_s: float
    mass_without_payload_kg: float
    propellant_kg: Mapping[str, float]

    @property
    def inert_kg(self) -> float:
        """What is left of the vehicle at insertion when everything usable is burnt, without the payload, kg."""
        last = self.burns[-1]
        dropped = sum(drop.mass_kg for phase in self.phases[: self.insertion] for drop in phase.drops)
        return (
            self.mass_without_payload_kg
            - dropped
            - sum(self.propellant_kg.values())
            + (self.propellant_kg[last.stage] - last.usable_kg)
        )

    def governed(self, acceleration_m_s2: float | None) -> "Timeline":
        """This timeline with a governor on every throttle that only loads have a use for, which closes it as far as an
        acceleration (m/s^2) is held; none where that is None."""
        held = UNGOVERNED if acceleration_m_s2 is None else acceleration_m_s2
        return replace(self, phases=tuple(phase.governed(held) for phase in self.phases))

    def burn(self, stage: str) -> Burn:
        """The burn of the stage of that id; KeyError when there is none."""
        for burn in self.burns:
            if burn.stage == stage:
                return burn
        raise KeyError(stage)
