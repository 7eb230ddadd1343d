"""What the words of `physics.equation` mean on CasADi symbols. Importing this module makes every equation symbolic."""

from typing import Any

import casadi as ca
import numpy as np

from cosmodrome.physics.equation import SYMBOLIC


def _locate(x: ca.SX, breaks: np.ndarray) -> Any:
    """One weight for each piece, 1 for the one that holds the argument and 0 for the others: a column of symbols."""
    if breaks.size == 0:
        return type(x)(1.0)
    above = x >= ca.DM(breaks)
    return ca.vertcat(1.0, above) - ca.vertcat(above, 0.0)


def _pick(piece: Any, values: np.ndarray, column: int) -> Any:
    """The chosen value: exact, since all weights but one are zero."""
    return ca.dot(piece, ca.DM(values[:, column]))


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
