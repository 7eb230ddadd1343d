"""Where the corpus lies, and its index: one row a case, with what its message must name."""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """A row of index.md: the case, the verbs it is given to, and the words that its one sentence must have."""

    theme: str
    name: str
    verbs: tuple[str, ...]
    file: str
    words: tuple[str, ...]
    key: str


def read_index() -> list[Case]:
    """The rows of index.md."""
    cases = []
    for line in (HERE / "index.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("| `"):
            continue
        where, verbs, file, *words = (cell.strip().strip("`") for cell in line.strip("|").split(" | "))
        theme, _, name = where.partition("/")
        cases.append(
            Case(theme, name, tuple(verbs.split()), file or name, tuple(filter(None, words)), words[0])
        )
    return cases
