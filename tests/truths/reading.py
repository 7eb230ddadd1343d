"""Reads the tables of this folder: other people's numbers, each file with its published source in its first lines."""

import csv
from pathlib import Path


def rows(name: str) -> list[dict[str, float]]:
    """Return the rows of `tests/truths/<name>` as numbers by column."""
    text = (Path(__file__).parent / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [{key: float(cell) for key, cell in row.items()} for row in csv.DictReader(lines)]
