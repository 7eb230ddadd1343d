"""result.json: a plan or a flight as one plain record, every key always there, `None` where it does not apply."""

import datetime
import hashlib
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosmodrome import __version__
from cosmodrome.ascent.plan import Plan
from cosmodrome.ascent.problem import Problem
from cosmodrome.ascent.verify import LimitCheck
from cosmodrome.catalogue.lint import plan_warnings
from cosmodrome.flight.propagate import Flight
from cosmodrome.reporting.record import ESTIMATE, WARNING

FORMAT = "cosmodrome-result/1"
# what a whole limit must be worth (kg) to count as one that the optimum presses on
_WORTH_KG = 1e-2
# what `Flight.to_record` would say, where nothing flew
_WITHOUT_FLIGHT: dict[str, Any] = {
    **dict.fromkeys(
        ("payload_kg", "margin_kg", "final_mass_kg", "liftoff_mass_kg", "insertion", "delta_v_m_s", "audit")
    ),
    **{name: [] for name in ("events", "burns", "stages", "drop_points")},
}
_TIMINGS = ("import", "guess", "build", "solve", "verify", "second_start", "total")


def plan_result(plan: Plan) -> dict[str, Any]:
    """Return the record of a plan, whether it is an answer or a diagnosis."""
    checks = plan.verification.limits if plan.verification else ()
    record = _record(plan.problem, plan.flight, checks, plan.seconds)
    record["status"] = plan.status
    record["liftoff_utc"] = _utc(plan.liftoff_utc)
    record["exchange_kg"] = [{"of": e.of, "per": e.per, "payload": e.payload_kg} for e in plan.exchanges]
    for row, check in zip(record["limits"], checks, strict=True):
        worth = plan.limit_worth_kg.get(check.field)
        row["multiplier"] = worth or (None if worth is None else 0.0)
        # a row that was tightened by what the flight passes between points leaves its limit a little untouched
        row["active"] = check.is_active or (worth is not None and abs(worth * check.limit) > _WORTH_KG)
    if plan.verification:
        record["verification"] = {
            "position_gap_m": plan.verification.position_gap_m,
            "velocity_gap_m_s": plan.verification.velocity_gap_m_s,
            "payload_gap_kg": plan.verification.payload_gap_kg,
            "starts_agree": plan.starts_agree,
            "second_payload_kg": plan.second_payload_kg,
            "refinements": plan.refinements,
        }
    if plan.diagnosis:
        record["diagnosis"] = asdict(plan.diagnosis)
    return record


def flight_result(
    problem: Problem, flight: Flight, checks: tuple[LimitCheck, ...], seconds: dict[str, float]
) -> dict[str, Any]:
    """Return the record of a flight that no plan was made for.

    It is verified when it reached its target within the gap that a plan may have and kept every limit.
    """
    return _record(problem, flight, checks, seconds)


def put_warnings(problem: Problem, record: dict[str, Any], columns: Mapping[str, NDArray[Any]]) -> None:
    """Put what a plan or flight gives reason to doubt in front of the record's assumptions, where a person looks."""
    said = plan_warnings(problem.vehicle, problem.site, record, columns)
    record["assumptions"][:0] = [f"{WARNING}{sentence}" for sentence in said]


def _record(
    problem: Problem, flight: Flight | None, checks: tuple[LimitCheck, ...], seconds: dict[str, float]
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "status": "unverified",
        "liftoff_utc": _utc(problem.mission.epoch_utc),
        **(flight.to_record() if flight else _WITHOUT_FLIGHT),
        "exchange_kg": [],
        "limits": [_limit_row(check) for check in checks],
        "verification": None,
        "diagnosis": None,
        "assumptions": _assumptions(problem, flight),
        "manifest": {"version": __version__, "inputs_sha256": inputs_sha256(problem)},
        "timing_s": {name: seconds.get(name) for name in _TIMINGS},
    }


def _limit_row(check: LimitCheck) -> dict[str, Any]:
    return {
        "name": check.name,
        "limit": check.limit,
        "peak": check.peak,
        "t_s": check.t_s,
        "active": check.is_active,
        "multiplier": None,
    }


def _utc(instant: datetime.datetime | None) -> str | None:
    if instant is None:
        return None
    return instant.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _assumptions(problem: Problem, flight: Flight | None) -> list[str]:
    """Every default that was used and every number that is somebody's estimate."""
    said = [
        *problem.mission.assumptions,
        *problem.vehicle.assumptions,
        *problem.site.assumptions,
        *problem.assumptions,
        *(flight.assumptions if flight else ()),
    ]
    for prefix, owner in (("", problem.mission), ("", problem.vehicle), ("site.", problem.site)):
        for key, source in owner.sources.items():
            if source.confidence == "estimate":
                reason = f" ({source.text})" if source.text else ""
                said.append(f"{ESTIMATE}{prefix}{key}{reason}")
    return list(dict.fromkeys(said))


def inputs_sha256(problem: Problem) -> str:
    """Return a hash of everything that the answer depends on: the mission as read, its vehicle, its site, its world."""
    digest = hashlib.sha256()
    with np.printoptions(threshold=sys.maxsize, floatmode="unique"):
        mission = problem.mission
        stated = (mission.target, mission.objective, mission.profile, dict(mission.sequence), problem.limits)
        digest.update(repr((stated, mission.initial_state, mission.environment.back_pressure)).encode())
        digest.update(repr((mission.epoch_utc, mission.launch_date_utc)).encode())
        digest.update(repr((problem.question.start, problem.question.floor_altitude_m)).encode())
        vehicle = problem.vehicle
        hardware = (vehicle.stages, vehicle.bodies, vehicle.aero, vehicle.guidance_reserve_kg)
        digest.update(repr((hardware, vehicle.adapter_mass_kg, vehicle.vertical_rise_s)).encode())
        site = problem.site
        digest.update(repr((site.latitude_rad, site.longitude_rad, site.height_m, problem.theta0)).encode())
        digest.update(repr(problem.environment).encode())
    return digest.hexdigest()
