"""The coefficients of DOP853 as arrays, read once from `dop853.csv`, which names their source."""

from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Tableau(NamedTuple):
    """c (16,) and a (16, 16) of the stages, e5 and e3 (13,) of the error estimates, d (4, 16) of the dense output."""

    c: Array
    a: Array
    e5: Array
    e3: Array
    d: Array


def read_tableau() -> Tableau:
    """Return the coefficients of DOP853."""
    tableau = Tableau(np.zeros(16), np.zeros((16, 16)), np.zeros(13), np.zeros(13), np.zeros((4, 16)))
    text = (files("cosmodrome.flight") / "dop853.csv").read_text("utf-8")
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    for row in rows[1:]:
        name, i, j, value = row.split(",")
        array = getattr(tableau, name)
        array[int(i) if name == "c" else (int(i), int(j)) if array.ndim == 2 else int(j)] = float(value)
    return tableau
