"""One point of a survey as plain numbers and words: what its plan came to, and how it was found."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from cosmodrome.flight.codec import from_plain
from cosmodrome.survey.grid import Cell

if TYPE_CHECKING:
    from cosmodrome.ascent.plan import Plan

# how a point was decided
SEARCHED, CONTINUED, INFERRED = "searched", "continued", "inferred"
# what a plan comes to
STATUSES = ("verified", "unverified", "infeasible", "not-converged")
# which figure of a point each objective makes the largest
MEASURES = {"payload": "payload_kg", "margin": "margin_kg", "final_mass": "final_mass_kg"}
# what one optimum must carry more (relative) than another to be called better
_BETTER = 1e-6


@dataclass(frozen=True)
class Point:
    """What was found at one cell; None is what does not apply.

    `method` is "searched" (from flown guesses alone), "continued" (from neighbours' optima, confirmed by those of
    others or by flown guesses) or "inferred" (nothing was solved: the points around it leave no payload).
    `active_limits` are the keys of the limits that the flight touches, `burns` counts those of the last stage.
    `flag` is why the point should be looked at, `starts` counts the plans that were made of it.
    """

    cell: Cell
    values: tuple[float, ...]
    status: str
    payload_kg: float | None = None
    margin_kg: float | None = None
    final_mass_kg: float | None = None
    second_payload_kg: float | None = None
    starts_agree: bool | None = None
    position_gap_m: float | None = None
    velocity_gap_m_s: float | None = None
    payload_gap_kg: float | None = None
    refinements: int = 0
    launch_direction: str | None = None
    burns: int | None = None
    active_limits: tuple[str, ...] = ()
    code: str | None = None
    message: str | None = None
    method: str = SEARCHED
    starts: int = 1
    seconds: float = 0.0
    flag: str | None = None

    @property
    def is_flown(self) -> bool:
        """Whether there is a flight, verified or not."""
        return self.payload_kg is not None

    @property
    def is_verified(self) -> bool:
        """Whether the plan is verified."""
        return self.status == "verified"

    @property
    def is_decided(self) -> bool:
        """Whether the answer can be relied on, a verified plan or an honest no."""
        return self.status in ("verified", "infeasible")

    def measure(self, objective: str) -> float | None:
        """What was maximised, kg; None where nothing flies."""
        found: float | None = getattr(self, MEASURES[objective])
        return found

    def is_better_than(self, other: "Point", objective: str) -> bool:
        """Whether this answer should stand instead of the other: verified before flown before none, then the larger."""
        mine, theirs = self.measure(objective), other.measure(objective)
        ranks = [(point.is_verified, point.is_flown, point.is_decided) for point in (self, other)]
        if ranks[0] != ranks[1] or mine is None or theirs is None:
            return ranks[0] > ranks[1]
        return mine > theirs + _BETTER * abs(theirs)

    def to_record(self) -> dict[str, Any]:
        """The point as JSON has it."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Point":
        """The point of a record; TypeError, ValueError or AttributeError for one that is not of this version."""
        point = from_plain(cls, record)
        if point.status not in STATUSES:
            raise ValueError(f"{point.status} is no status")
        return point


def point_of(plan: "Plan", cell: Cell, values: tuple[float, ...], method: str) -> Point:
    """The point that a plan makes."""
    cause = plan.diagnosis
    base = Point(
        cell,
        values,
        plan.status,
        code=cause.code if cause else None,
        message=cause.message if cause else None,
        method=method,
        seconds=plan.seconds.get("total", 0.0),
    )
    flight, proof = plan.flight, plan.verification
    if flight is None or proof is None or plan.attempt is None:
        return base
    last = plan.problem.vehicle.last_stage.id
    return replace(
        base,
        payload_kg=flight.programme.payload_kg,
        margin_kg=flight.stages[-1]["usable_propellant_left_kg"],
        final_mass_kg=flight.final_mass_kg,
        second_payload_kg=plan.second_payload_kg,
        starts_agree=plan.starts_agree,
        position_gap_m=proof.position_gap_m,
        velocity_gap_m_s=proof.velocity_gap_m_s,
        payload_gap_kg=proof.payload_gap_kg,
        refinements=plan.refinements,
        launch_direction="ascending" if plan.problem.way.heading.is_ascending else "descending",
        burns=sum(burn["stage"] == last for burn in flight.burns),
        active_limits=tuple(check.name for check in proof.limits if check.is_active),
    )
