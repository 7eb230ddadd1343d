"""The story on one page: read a mission, plan its ascent (which flies and verifies it), and make the record of it."""

import datetime
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

_IMPORT_BEGUN = time.perf_counter()

from cosmodrome.ascent.attitude_file import programme_from_attitude  # noqa: E402
from cosmodrome.ascent.diagnose import unreached  # noqa: E402
from cosmodrome.ascent.parameters import azimuth_phase  # noqa: E402
from cosmodrome.ascent.plan import plan  # noqa: E402
from cosmodrome.ascent.problem import Problem, pose  # noqa: E402
from cosmodrome.ascent.verify import check_limits, target_gap  # noqa: E402
from cosmodrome.background import background  # noqa: E402
from cosmodrome.errors import ExportError, MissionFileError  # noqa: E402
from cosmodrome.exports import export_texts  # noqa: E402
from cosmodrome.flight.programme import Programme  # noqa: E402
from cosmodrome.flight.propagate import Flight  # noqa: E402
from cosmodrome.flight.propagate import fly as fly_programme  # noqa: E402
from cosmodrome.mission.read import read_mission  # noqa: E402
from cosmodrome.reporting.folder import read_run_folder  # noqa: E402
from cosmodrome.reporting.page import page_html  # noqa: E402
from cosmodrome.result import flight_result, inputs_sha256, plan_result, put_warnings  # noqa: E402

_IMPORT_SECONDS = time.perf_counter() - _IMPORT_BEGUN
_EXIT_CODES = {"verified": 0, "unverified": 1, "infeasible": 1, "not-converged": 3}

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What a run leaves: the record of result.json, the columns of trajectory.parquet (none where nothing flew), the
    programme as JSON text (empty where there is none), what the page tells besides the result, page and exports as
    texts by file name, and the command's exit code."""

    result: dict[str, Any]
    columns: dict[str, np.ndarray]
    programme: str
    background: dict[str, Any]
    texts: dict[str, str]
    exit_code: int


def run(mission_path: Path, progress: Progress) -> Outcome:
    """Return the `Outcome` of planning a mission file; CosmodromeError for what is wrong in it."""
    found = plan(read_mission(mission_path), progress=progress)
    progress("telling the flight")
    record = plan_result(found)
    record["timing_s"]["import"] = _IMPORT_SECONDS
    columns = found.flight.columns() if found.flight else {}
    put_warnings(found.problem, record, columns)
    programme = found.verification.programme.to_json() if found.verification else ""
    return _told(found.problem, record, found.flight, columns, programme)


def fly(mission_path: Path, plan_folder: Path | None, progress: Progress) -> Outcome:
    """Return the `Outcome` of flying a mission by the plan of a run folder, or by its own attitude program.

    Raises CosmodromeError when there is neither, or when the plan is of another mission.
    """
    begun = time.perf_counter()
    mission = read_mission(mission_path)
    problem = pose(mission)
    planned = None
    if plan_folder is not None:
        programme, planned = _planned(problem, plan_folder)
    elif mission.profile.attitude_program is not None:
        programme = programme_from_attitude(problem)
    else:
        raise MissionFileError(
            "is missing; give an attitude program, or a run folder with --plan",
            file=mission_path,
            key="profile.attitude_program",
        )
    progress("flying")
    flight = fly_programme(programme)
    if mission.target.ltan_h is not None:
        # a local time that an epoch fixes holds at the insertion, of which the flight tells the time
        problem = pose(mission, insertion_s=flight.insertion.t_s)
    checks = check_limits(problem, flight, azimuth_phase(problem.timeline()))
    seconds = {"import": _IMPORT_SECONDS, "total": time.perf_counter() - begun}
    record = flight_result(problem, flight, checks, seconds)
    gap = target_gap(problem, flight)
    is_kept = all(check.is_kept for check in checks)
    is_good = flight.reason is None and gap.is_close and is_kept and flight.audit.is_closed
    record["status"] = "verified" if is_good else "unverified"
    columns = flight.columns()
    if planned is not None:
        # which way was chosen, and when it can go, is known to the plan alone
        record["assumptions"] = planned["assumptions"]
        record["liftoff_utc"] = planned["liftoff_utc"]
    else:
        put_warnings(problem, record, columns)
    if not is_good:
        record["diagnosis"] = asdict(unreached(flight, checks, gap))
    return _told(problem, record, flight, columns, programme.to_json())


def _told(
    problem: Problem,
    record: dict[str, Any],
    flight: Flight | None,
    columns: dict[str, np.ndarray],
    programme: str,
) -> Outcome:
    """The outcome with the page and the exports that tell it."""
    besides = background(problem, record)
    texts = export_texts(problem.mission.name, record, flight, datetime.datetime.now(datetime.UTC))
    texts["report.html"] = page_html(record, columns, besides)
    return Outcome(record, columns, programme, besides, texts, _EXIT_CODES[record["status"]])


def _planned(problem: Problem, plan_folder: Path) -> tuple[Programme, dict[str, Any]]:
    record, _, text = read_run_folder(plan_folder)
    if not text:
        raise MissionFileError(
            f"holds no flight to repeat: its status is {record.get('status')}", file=plan_folder
        )
    if record["manifest"]["inputs_sha256"] != inputs_sha256(problem):
        raise MissionFileError(
            "holds the plan of another mission, or of this one before it or its vehicle was changed; plan it again",
            file=plan_folder,
        )
    try:
        return Programme.from_json(text), record
    except ExportError as error:
        raise ExportError(
            "holds an attitude programme that cannot be flown; run the mission again",
            file=plan_folder / "trajectory.parquet",
        ) from error
