"""What is installed to run Cosmodrome: its packages, what they say of their licence, and the native code in them."""

from __future__ import annotations

import hashlib
import importlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
_LIBRARY = re.compile(r"^lib.*\.(?:so|dylib|dll|a)(?:\.|$)|\.(?:dylib|dll)$", re.IGNORECASE)
_VERSION = re.compile(r"\.so\.([0-9.]+)$")


@dataclass(frozen=True)
class Native:
    """A library inside a wheel; `files` are its files there, none where it is linked into the package's own modules."""

    package: str
    name: str
    spdx: str
    version: str | None
    files: tuple[tuple[str, str], ...] = ()  # name, SHA-256


@cache
def rules() -> dict[str, Any]:
    """The tables of licences.toml."""
    return tomllib.loads((ROOT / "tools" / "licences.toml").read_text(encoding="utf-8"))


def requirements_of_project() -> list[str]:
    """What pyproject.toml requires to run."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["dependencies"])


def closure() -> dict[str, Distribution]:
    """The installed packages that running needs, by canonical name; PackageNotFoundError when one is missing."""
    found: dict[str, Distribution] = {}
    waiting = requirements_of_project()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        is_needed = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if is_needed and name not in found:
            found[name] = distribution(requirement.name)
            waiting += found[name].requires or []
    return dict(sorted(found.items()))


def said_licence(package: Distribution) -> str:
    """What the metadata say: the SPDX expression, else the first line on the licence, else its classifier."""
    told = package.metadata
    if told["License-Expression"]:
        return str(told["License-Expression"])
    if told["License"]:
        return str(told["License"]).strip().splitlines()[0].strip()
    classifiers = [line for line in told.get_all("Classifier", []) if line.startswith("License ::")]
    return classifiers[0] if classifiers else ""


def libraries(package: Distribution) -> Iterator[Path]:
    """The library files in a package, its own extension modules aside."""
    for file in package.files or ():
        path = Path(str(package.locate_file(file)))
        is_own = "cpython-" in file.name or ".abi3." in file.name
        if _LIBRARY.search(file.name) and not is_own and not path.is_symlink():
            yield path


def natives(packages: dict[str, Distribution]) -> tuple[list[Native], list[str]]:
    """The native code inside packages, and the library files that licences.toml does not name."""
    found, unknown = [], []
    for name, package in packages.items():
        files: dict[int, list[Path]] = {}
        for path in libraries(package):
            rule = _rule_of(path.name)
            if rule is None:
                unknown.append(f"{name}: {path.name}")
            else:
                files.setdefault(rule, []).append(path)
        for rule, paths in sorted(files.items()):
            entry = rules()["native"][rule]
            hashed = tuple((path.name, _sha256(path)) for path in sorted(paths))
            found.append(Native(name, entry["name"], entry["spdx"], _version(entry, paths), hashed))
        contained = (entry for entry in rules()["contained"] if entry["package"] == name)
        found += [Native(name, entry["name"], entry["spdx"], _version(entry, [])) for entry in contained]
    return found, unknown


def _rule_of(file_name: str) -> int | None:
    """The place of the first rule whose beginning a file's name has."""
    for place, entry in enumerate(rules()["native"]):
        if any(file_name.startswith(beginning) for beginning in entry["files"]):
            return place
    return None


def _version(entry: dict[str, Any], paths: list[Path]) -> str | None:
    """The version that the library tells, or that its bytes or its files' names hold; None where nothing does."""
    if "version_from" in entry:
        module, _, attribute = entry["version_from"].partition(":")
        told = getattr(importlib.import_module(module), attribute)
        return ".".join(map(str, told)) if isinstance(told, tuple) else str(told)
    if "marker" in entry:
        for path in paths:
            if found := re.search(entry["marker"].encode(), path.read_bytes()):
                return found[1].decode()
    if not entry.get("soname"):
        return None
    versions = [found[1] for path in paths if (found := _VERSION.search(path.name))]
    return max(versions, key=len, default=None)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
