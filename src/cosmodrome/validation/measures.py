"""What measures each group of truths, and what it needs for that; what a task is, for one process.

A measure is a function of this room that returns values by id. It is named here and imported where it runs, so that
nobody loads a solver to print a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec

from cosmodrome.mission.read import read_mission
from cosmodrome.mission.schema import Mission
from cosmodrome.validation.truths import Truth, finite

Values = dict[str, float | None]


@dataclass(frozen=True)
class Measure:
    """A function `module.name` of this room, and the libraries that it needs of an extra of the package."""

    module: str
    name: str = "measure"
    needs: tuple[str, ...] = ()
    extra: str = ""

    @property
    def lacks(self) -> str:
        """What is missing to run it, in words; "" for nothing."""
        missing = [library for library in self.needs if find_spec(library) is None]
        if not missing:
            return ""
        return (
            f"needs {' and '.join(missing)}: install the extra `{self.extra}` "
            f"(in a clone: pip install '.[{self.extra}]')"
        )


MISSION = Measure("missions")
PLANS = "plans"
"""The group that no measure of its own has: every mission adds to it."""

MEASURES = {
    "goddard": Measure("textbook", "measure_goddard"),
    "tangent": Measure("textbook", "measure_tangent"),
    **{f"nesc-{case}": Measure("nesc") for case in ("01", "04", "05", "06", "07", "08", "17")},
    "us76": Measure("air"),
    "impact": Measure("impacts"),
    "samples": Measure("samples"),
    "frames": Measure("geodesy"),
    "gravity": Measure("weight"),
    "order": Measure("order"),
    "conserved": Measure("conserved"),
    "moments": Measure("moments"),
    "formats": Measure("formats", needs=("oem", "czml3", "lxml", "astropy"), extra="test"),
    "coast": Measure("coasts", needs=("heyoka", "scipy"), extra="oracles"),
}


@dataclass(frozen=True)
class Task:
    """Truths that one measurement answers, and what makes it."""

    truths: tuple[Truth, ...]
    measure: Measure

    @property
    def names(self) -> str:
        """The groups in it, for messages."""
        return ", ".join(dict.fromkeys(truth.group for truth in self.truths))

    def run(self) -> Values:
        """Measure; what is no number becomes None."""
        module = import_module(f"cosmodrome.validation.{self.measure.module}")
        values = getattr(module, self.measure.name)(self.truths)
        return {id_: finite(float(value)) for id_, value in values.items()}


def tasks(truths: Sequence[Truth]) -> list[Task]:
    """Return what is to be done for all truths but those of the group `PLANS`; like questions are planned once."""
    by_group: dict[str, list[Truth]] = {}
    for truth in truths:
        by_group.setdefault(truth.group, []).append(truth)
    by_group.pop(PLANS, None)
    found: list[Task] = []
    asked: list[tuple[Mission, list[Truth]]] = []
    for group, members in by_group.items():
        if group in MEASURES:
            found.append(Task(tuple(members), MEASURES[group]))
            continue
        question = _question(group)
        for known, together in asked:
            if known == question:
                together += members
                break
        else:
            asked.append((question, members))
    # the file begins with what is planned within a second; what takes half a minute must not be begun last
    return [Task(tuple(members), MISSION) for _, members in reversed(asked)] + found


def _question(group: str) -> Mission:
    """The mission of a group without what it is called."""
    from cosmodrome.validation.missions import mission_file

    return replace(read_mission(mission_file(group)), name="", path=None)
