"""Cosmodrome: how much a rocket carries to an orbit, how it flies there, and what it drops where.

The nouns ``Mission Vehicle Site Target Plan Flight Performance``, the verbs ``read_mission load_vehicle plan fly
performance`` and ``CosmodromeError``, which is raised for what is wrong in a file, are imported when they are first
asked for, so that ``import cosmodrome`` and the command line's ``--help`` stay quick.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

# Public name -> the module that defines it. The modules are named as text: an import statement here would make
# every room depend on every other in the eyes of the import contract.
_HOME = {
    "Mission": "cosmodrome.mission.schema",
    "Target": "cosmodrome.mission.schema",
    "Vehicle": "cosmodrome.catalogue.schema",
    "Site": "cosmodrome.catalogue.schema",
    "Plan": "cosmodrome.ascent.plan",
    "Flight": "cosmodrome.flight.propagate",
    "Performance": "cosmodrome.survey.performance",
    "CosmodromeError": "cosmodrome.errors",
    "read_mission": "cosmodrome.mission.read",
    "load_vehicle": "cosmodrome.catalogue.load",
    "plan": "cosmodrome.ascent.plan",
    "fly": "cosmodrome.flight.propagate",
    "performance": "cosmodrome.survey.performance",
}

__all__ = [
    "CosmodromeError",
    "Flight",
    "Mission",
    "Performance",
    "Plan",
    "Site",
    "Target",
    "Vehicle",
    "__version__",
    "fly",
    "load_vehicle",
    "performance",
    "plan",
    "read_mission",
]


def __getattr__(name: str) -> Any:
    """The public noun or verb of that name, imported now."""
    if name not in _HOME:
        raise AttributeError(f"module 'cosmodrome' has no attribute {name!r}")
    found = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_HOME))
