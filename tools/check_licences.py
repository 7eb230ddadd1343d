"""Fails unless everything that runs has a licence that is allowed, and NOTICE names it.

    python tools/check_licences.py

Looks at the environment that it runs in. What is allowed stands in licences.toml.
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.installed import ROOT, Native, closure, natives, rules, said_licence


def licence_of(name: str, package: Distribution) -> tuple[str | None, str]:
    """The SPDX expression of a package and, where there is none, what is the matter."""
    said = said_licence(package)
    known = rules()["packages"].get(name)
    if known is None or known["says"] != said:
        if package.metadata["License-Expression"]:
            return said, ""
        what = "is not in licences.toml" if known is None else f'said "{known["says"]}" when it was read'
        return None, f'{name}: says "{said}" of its licence and {what}; read its licence file'
    return known["spdx"], ""


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Whether one of the alternatives of an SPDX expression has allowed terms only; parentheses are not understood."""
    return any(all(term in allowed for term in side.split(" AND ")) for side in expression.split(" OR "))


def package_problems(packages: dict[str, Distribution]) -> list[str]:
    """A sentence for each package whose licence is unknown or not allowed."""
    allowed, native = set(rules()["allowed"]), set(rules()["allowed_native"])
    problems = []
    for name, package in packages.items():
        expression, matter = licence_of(name, package)
        is_native = rules()["packages"].get(name, {}).get("native", False)
        if expression is None:
            problems.append(matter)
        elif not is_allowed(expression, allowed | native if is_native else allowed):
            problems.append(f"{name}: {expression} is not allowed")
    return problems


def native_problems(found: list[Native], unknown: list[str]) -> list[str]:
    """A sentence for each library whose licence is not allowed, and each that nobody has named."""
    allowed = {*rules()["allowed"], *rules()["allowed_native"]}
    return [
        *(
            f"{n.package}: {n.name} has {n.spdx}, which is not allowed"
            for n in found
            if not is_allowed(n.spdx, allowed)
        ),
        *(f"{line} is not named in licences.toml" for line in unknown),
    ]


def notice_problems(packages: dict[str, Distribution], notice: str) -> list[str]:
    """A sentence for each package that NOTICE does not name."""
    text = notice.lower()
    return [f"{name}: is not named in NOTICE" for name in packages if name.lower() not in text]


def main() -> int:
    """Print every problem; 1 when there is any."""
    packages = closure()
    problems = [
        *package_problems(packages),
        *native_problems(*natives(packages)),
        *notice_problems(packages, (ROOT / "NOTICE").read_text(encoding="utf-8")),
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(packages)} packages, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
