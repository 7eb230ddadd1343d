"""What the words of `physics.equation` mean on CasADi symbols. Importing this module makes every equation symbolic."""

from itertools import pairwise
from typing import Any

import casadi as ca
import numpy as np

from cosmodrome.physics.equation import SYMBOLIC


class Piece(tuple[ca.SX, ...]):
    """One weight for each piece, 1 for the one that holds the argument and 0 for the others."""


def _locate(x: ca.SX, breaks: np.ndarray) -> Piece:
    # plain ends, so that SX and MX both pass
    above = [1.0, *(x >= float(b) for b in breaks), 0.0]
    return Piece(here - beyond for here, beyond in pairwise(above))


def _pick(piece: Piece, values: np.ndarray, column: int) -> Any:
    """The chosen value: exact, since all weights but one are zero, and two operations a piece."""
    chosen: Any = 0.0
    for weight, value in zip(piece, values[:, column], strict=True):
        if value != 0.0:
            chosen = chosen + weight * float(value)
    return chosen


SYMBOLIC.update(
    sqrt=ca.sqrt,
    exp=ca.exp,
    log=ca.log,
    sin=ca.sin,
    cos=ca.cos,
    atan2=ca.atan2,
    power=lambda x, y: x**y,
    fmin=ca.fmin,
    fmax=ca.fmax,
    where=ca.if_else,
    locate=_locate,
    pick=_pick,
)
