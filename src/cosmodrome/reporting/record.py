"""What summary, pictures and page read out of a result alike."""

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

WARNING, ESTIMATE = "warning: ", "estimate: "
"""How an assumption of a result begins that is more than a choice."""


def told_once(events: Sequence[Row]) -> list[Row]:
    """The events of a timeline: where a stage burns once, start and end of the burn are its ignition and cut-off again,
    and are left out."""
    told = {(e["subject"], e["t_s"]) for e in events if e["code"].startswith("STAGE_")}
    return [e for e in events if not (e["code"].startswith("BURN_") and (e["subject"], e["t_s"]) in told)]


def burns_of_last_stage(result: Row) -> list[Row]:
    """The burns of the last stage in order."""
    stages = result["stages"]
    return [burn for burn in result["burns"] if stages and burn["stage"] == stages[-1]["id"]]


def coasts(burns: Sequence[Row], start: float, end: float) -> list[tuple[float, float]]:
    """Beginning and end (s) of every stretch between `start` and `end` in which no engine burns; none without burns."""
    found, reached = [], start
    for burn in sorted(burns, key=lambda burn: float(burn["t_start_s"])):
        if burn["t_start_s"] > reached:
            found.append((reached, min(float(burn["t_start_s"]), end)))
        reached = max(reached, float(burn["t_start_s"] + burn["duration_s"]))
    if burns and reached < end:
        found.append((reached, end))
    return found
