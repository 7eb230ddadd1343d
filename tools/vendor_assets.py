"""Fetch again, or check, the files of other projects that the page of a run carries within itself.

    python tools/vendor_assets.py            checks that every file is the one that vendored.json lists
    python tools/vendor_assets.py --fetch    gets the packages from npm (needs npm), and lists the files anew

Only who changes a version needs npm; nobody who installs or runs the program does.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parents[1] / "src" / "cosmodrome" / "reporting" / "assets" / "vendor"
LIST = VENDOR / "vendored.json"


def main() -> int:
    """Check or fetch; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fetch", action="store_true", help="get the packages from npm")
    wants_fetch = parser.parse_args().fetch
    packages = json.loads(LIST.read_text(encoding="utf-8"))
    if wants_fetch:
        for package in packages:
            fetch(package)
        LIST.write_text(json.dumps(packages, indent=2) + "\n", encoding="utf-8")
    wrong = differing(packages)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def fetch(package: dict[str, Any]) -> None:
    """Put the listed files of a package, byte for byte, into the vendor folder, and their SHA-256 into the list."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{package['name']}@{package['version']}"
        done = subprocess.run(
            ["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True
        )
        with tarfile.open(Path(folder) / done.stdout.strip()) as archive:
            for name in package["files"]:
                content = archive.extractfile(f"package/{name}")
                assert content is not None, f"{wanted} has no file {name}"
                data = content.read()
                target = place(package, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
                package["files"][name] = hashlib.sha256(data).hexdigest()


def differing(packages: list[dict[str, Any]]) -> list[str]:
    """A sentence for every listed file that is missing or another one, and for every file that is not listed."""
    listed = {place(p, name): digest for p in packages for name, digest in p["files"].items()}
    said = []
    for path, digest in listed.items():
        if not path.is_file():
            said.append(f"{path} is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            said.append(f"{path} is not the file that {LIST.name} lists")
    there = {path for path in VENDOR.rglob("*") if path.is_file()} - {LIST}
    return said + [f"{path} is not listed" for path in sorted(there - set(listed))]


def place(package: dict[str, Any], name: str) -> Path:
    """Where a file of a package lies: flat in the package's folder."""
    return VENDOR / package["name"] / Path(name).name


if __name__ == "__main__":
    sys.exit(main())
