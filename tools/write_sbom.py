"""Writes what is installed to run Cosmodrome as a CycloneDX 1.6 bill of materials.

    python tools/write_sbom.py sbom.json

Every package with its version, licence and what it needs, and the native libraries inside the wheels. Holds no time and
no random number: the same environment gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tools.check_licences import licence_of
from tools.installed import ROOT, Native, closure, natives, requirements_of_project


def bill() -> dict[str, Any]:
    """The bill of materials of this environment; SystemExit naming a library that nobody has named."""
    packages = closure()
    found, unknown = natives(packages)
    if unknown:
        raise SystemExit(f"not named in licences.toml: {', '.join(unknown)}")
    ours = {
        "type": "application",
        "bom-ref": "cosmodrome",
        "name": "cosmodrome",
        "version": _our_version(),
        "licenses": [{"expression": "Apache-2.0"}],
    }
    needs = [("cosmodrome", _needed(requirements_of_project(), packages))]
    needs += [(name, _needed(package.requires or [], packages)) for name, package in packages.items()]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": ours},
        "components": [
            *(_package(name, package) for name, package in packages.items()),
            *(_native(library) for library in found),
        ],
        "dependencies": [
            {
                "ref": name,
                "dependsOn": sorted({*needed, *(_ref(n) for n in found if n.package == name)}),
            }
            for name, needed in needs
        ],
    }


def _our_version() -> str:
    lines = (ROOT / "src/cosmodrome/__init__.py").read_text(encoding="utf-8").splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("__version__"))


def _needed(requirements: list[str], packages: dict[str, Distribution]) -> list[str]:
    """The names in the closure of what is required."""
    asked = (Requirement(text) for text in requirements)
    names = (canonicalize_name(r.name) for r in asked if r.marker is None or r.marker.evaluate({"extra": ""}))
    return [name for name in names if name in packages]


def _package(name: str, package: Distribution) -> dict[str, Any]:
    """The component of a package; its hash is that of RECORD, which holds the hashes of all its files."""
    expression, matter = licence_of(name, package)
    if expression is None:
        raise SystemExit(matter)
    record = package.read_text("RECORD") or ""
    return {
        "type": "library",
        "bom-ref": name,
        "name": package.metadata["Name"],
        "version": package.version,
        "purl": f"pkg:pypi/{name}@{package.version}",
        "licenses": [{"expression": expression}],
        "properties": [{"name": "sha256-of-RECORD", "value": hashlib.sha256(record.encode()).hexdigest()}],
    }


def _ref(library: Native) -> str:
    return f"{library.package}#{library.name}"


def _native(library: Native) -> dict[str, Any]:
    """The component of a library inside a wheel."""
    told = {"version": library.version} if library.version else {}
    return {
        "type": "library",
        "bom-ref": _ref(library),
        "name": library.name,
        **told,
        "licenses": [{"expression": library.spdx}],
        "description": f"native code inside the wheel of {library.package}",
        "components": [
            {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]}
            for name, digest in library.files
        ],
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python tools/write_sbom.py FILE")
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=1) + "\n", encoding="utf-8")
