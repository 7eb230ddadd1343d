"""What became of the mutants, held against mutants_explained.toml, and told as docs/mutation.md."""

from __future__ import annotations

import platform
import subprocess
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tools.mutants import Mutant

ROOT = Path(__file__).parents[1]
EXPLAINED = ROOT / "tools" / "mutants_explained.toml"
LEAST_SCORE = 0.80
MUST_BE_EXPLAINED = ("sign", "constant")
_HEADINGS = ("mutants", "killed", "explained", "open", "score")
_PAGE = """# Mutation testing of the physics
Written by `python tools/mutate.py`: {date:%Y-%m-%d %H:%M} UTC, commit {commit};
python {python}, pytest {pytest}, numpy {numpy}, casadi {casadi}; {minutes:.0f} minutes on {system}.

One small slip at a time is made in a copy of `src/cosmodrome/physics/`, and the tests of `tests/physics` run on it with
Numba's compiler off. **{killed} of {mutants} mutants are killed, {score:.1f} %; of the others {explained} are explained
and {open} are open.** Killed means that a test failed; explained, that the slip changes nothing that matters, for the
reason given below. The score counts the explained ones as failures. Asked are at least {least:.0f} %, and that every
changed sign and constant is killed or explained.

A constant becomes one more in its last written digit: 3.986004418e14 becomes 3.986004419e14. The other kinds of slip
are named at the head of `tools/mutants.py`.

## By module
{by_module}

## By kind of slip
{by_kind}

## Open
{survivors}

## Explained
{reasons}
"""

Reasons = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant; `why` says, where somebody did, why it may live."""

    module: str
    mutant: Mutant
    is_killed: bool
    why: str = ""

    @property
    def place(self) -> str:
        """Its function with the module's name, or the module where it is in none."""
        return place(self.module, self.mutant)

    @property
    def is_open(self) -> bool:
        """Whether it lives and nobody said why."""
        return not self.is_killed and not self.why


def place(module: str, mutant: Mutant) -> str:
    """Return where a mutant is: `module.function`, or `module` outside of any."""
    return ".".join(filter(None, (module, mutant.function)))


def explanations() -> dict[tuple[str, str], str]:
    """Return the reason by place and slip."""
    entries = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["explained"]
    return {(entry["in"], slip): entry["why"] for entry in entries for slip in entry["slips"]}


def commit() -> str:
    """Return the commit of the checkout, "-dirty" where it was changed."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=7"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def stale(verdicts: Iterable[Verdict], reasons: Reasons) -> list[tuple[str, str]]:
    """Return the explanations, of the modules that were tried, that no survivor needs."""
    verdicts = list(verdicts)
    needed = {(v.place, v.mutant.slip) for v in verdicts if not v.is_killed}
    tried = {v.module for v in verdicts}
    return [key for key in reasons if key[0].split(".")[0] in tried and key not in needed]


def is_good(verdicts: Sequence[Verdict]) -> bool:
    """Whether enough are killed, and no changed sign or constant is open."""
    killed = sum(v.is_killed for v in verdicts)
    open_ones = [v for v in verdicts if v.is_open and v.mutant.kind in MUST_BE_EXPLAINED]
    return killed >= LEAST_SCORE * len(verdicts) and not open_ones


def counted(verdicts: Sequence[Verdict]) -> tuple[int, int, int, int, float]:
    """Return how many there are, are killed, explained, open, and the share of the killed."""
    killed, open_ones = sum(v.is_killed for v in verdicts), sum(v.is_open for v in verdicts)
    return len(verdicts), killed, len(verdicts) - killed - open_ones, open_ones, killed / len(verdicts)


def row(name: str, verdicts: Sequence[Verdict]) -> str:
    """Return a row of a table in Markdown."""
    *numbers, score = counted(verdicts)
    return f"| {name} | {' | '.join(map(str, numbers))} | {100.0 * score:.1f} % |"


def page(verdicts: Sequence[Verdict], tried: str, seconds: float) -> str:
    """Return docs/mutation.md of a run on the commit `tried`."""
    mutants, killed, explained, open_ones, score = counted(verdicts)
    return _PAGE.format(
        date=datetime.now(UTC),
        commit=tried,
        python=platform.python_version(),
        **{name: version(name) for name in ("pytest", "numpy", "casadi")},
        minutes=seconds / 60.0,
        system=f"{platform.system()} {platform.machine()}",
        mutants=mutants,
        killed=killed,
        explained=explained,
        open=open_ones,
        score=100.0 * score,
        least=100.0 * LEAST_SCORE,
        by_module=_table("module", [(v.module, v) for v in verdicts], "all"),
        by_kind=_table("kind", [(v.mutant.kind, v) for v in verdicts]),
        survivors=_slips(v for v in verdicts if v.is_open) or "None.",
        reasons=_reasons(verdicts),
    )


def _table(name: str, named: Sequence[tuple[str, Verdict]], total: str = "") -> str:
    groups: dict[str, list[Verdict]] = {}
    for group, verdict in named:
        groups.setdefault(group, []).append(verdict)
    if total:
        groups[total] = [verdict for _, verdict in named]
    head = f"| {' | '.join((name, *_HEADINGS))} |\n|---|{'--:|' * len(_HEADINGS)}"
    return "\n".join([head, *(row(group, verdicts) for group, verdicts in groups.items())])


def _reasons(verdicts: Iterable[Verdict]) -> str:
    groups: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        if not verdict.is_killed and verdict.why:
            groups.setdefault((verdict.place, verdict.why), []).append(verdict)
    return "\n\n".join(f"**{where}.** {why}\n{_slips(group)}" for (where, why), group in groups.items())


def _slips(verdicts: Iterable[Verdict]) -> str:
    return "\n".join(f"* `{v.mutant.line}` → `{v.mutant.becomes}`" for v in verdicts)
