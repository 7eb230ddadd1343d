"""Coverage-guided fuzzing of one reader: toml, mission, vehicle, wind, atmosphere, attitude or drag.

    python tests/fuzz/atheris_target.py mission -max_total_time=600 tests/bad_files/cases/mission

What follows the name is libFuzzer's: options, then folders of seeds (the first takes what is found; give an empty one
before the corpus). Needs atheris from PyPI. A crash is a defect: the input lies in ./crash-<hash>.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import atheris

with atheris.instrument_imports(include=["cosmodrome", "tomllib"]):
    from tests.fuzz import readers


def read_mission(data: bytes) -> None:
    """Bytes to tables to a mission and all that `check` makes of it."""
    tables = readers.toml_bytes(data)
    if tables is not None:
        readers.mission(tables)


def target(kind: str, data: bytes) -> None:
    """Give the bytes to the reader of that name."""
    if kind == "toml":
        readers.toml_bytes(data)
    elif kind == "mission":
        read_mission(data)
    elif kind == "vehicle":
        readers.vehicle(data.decode("utf-8", "surrogateescape").encode("utf-8", "replace").decode())
    else:
        readers.table(kind, data)


def main() -> None:
    """Fuzz until libFuzzer's options say stop."""
    if len(sys.argv) < 2 or sys.argv[1] not in ("toml", "mission", "vehicle", *readers.TABLES):
        raise SystemExit(__doc__)
    kind = sys.argv.pop(1)
    atheris.Setup(sys.argv, lambda data: target(kind, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
