"""Writes tools/constraints.txt anew from the environment that it runs in, in which every check must have passed.

python tools/renew_constraints.py
"""

from __future__ import annotations

import re
from importlib.metadata import distributions
from pathlib import Path

FILE = Path(__file__).with_name("constraints.txt")
# what is tested, and what every environment has before anything is installed
_ASIDE = ("cosmodrome", "pip", "setuptools")


def renewed(text: str) -> str:
    """The constraints file with its heading kept and every installed release in place of those listed."""
    heading = [line for line in text.splitlines() if line.startswith("#")]
    found = {d.metadata["Name"]: d.version for d in distributions()}
    pins = [f"{name}=={found[name]}" for name in sorted(found, key=str.lower) if name not in _ASIDE]
    return "\n".join([*heading, *pins]) + "\n"


def pinned(text: str) -> dict[str, str]:
    """The releases of a constraints file by canonical name."""
    pins = (line.split("==") for line in text.splitlines() if "==" in line and not line.startswith("#"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version.strip() for name, version in pins}


if __name__ == "__main__":
    FILE.write_text(renewed(FILE.read_text(encoding="utf-8")), encoding="utf-8")
