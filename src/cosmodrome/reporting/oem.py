"""ephemeris.oem: positions and velocities of a flight as a CCSDS Orbit Ephemeris Message, version 2.0.

A segment of the message is a stretch within which nothing jumps, so that no interpolation crosses a switch of an
engine or of the attitude. Instants are whole microseconds; what a state moves within the rest of one is added to it.

Source: CCSDS 502.0-B-2, Orbit Data Messages (2009), sec. 5 (content) and 7 (lines of printable ASCII, at most 254
characters; values in capitals).
"""

import datetime
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy

from cosmodrome.reporting.instants import to_the_microsecond, utc_text

Array = numpy.ndarray[Any, Any]

_ORIGINATOR = "COSMODROME"
# a cubic from two lines: their positions and velocities
_INTERPOLATION = ("HERMITE", 3)
_LONGEST_COMMENT, _LONGEST_NAME = 100, 200


@dataclass(frozen=True)
class Stretch:
    """States without a jump: times (n,) that ascend strictly, positions (n, 3) and velocities (n, 3), SI."""

    comment: str
    t_s: Array
    r_m: Array
    v_m_s: Array


def stretches(phase: Array, t_s: Array, r_m: Array, v_m_s: Array) -> list[Stretch]:
    """The stretches of rows that stand twice, before and after, where something jumps; named by their phases."""
    edges = [0, *(numpy.flatnonzero(numpy.diff(t_s) <= 0.0) + 1).tolist(), len(t_s)]
    return [Stretch(f"Phase: {phase[a]}", t_s[a:b], r_m[a:b], v_m_s[a:b]) for a, b in pairwise(edges)]


def oem_text(
    object_name: str,
    reference_frame: str,
    liftoff_utc: datetime.datetime,
    parts: Sequence[Stretch],
    remarks: Sequence[str],
    created_utc: datetime.datetime,
) -> str:
    """The message of one object about the Earth; `remarks` become comments of its header.

    Times count from `liftoff_utc`. A stretch shorter than a microsecond has no two instants and is left out.
    """
    lines = ["CCSDS_OEM_VERS = 2.0"]
    for remark in remarks:
        lines += _comments(remark)
    lines += [f"CREATION_DATE = {utc_text(created_utc, 0.0)}", f"ORIGINATOR = {_ORIGINATOR}"]
    for part in parts:
        rows = _rows(part)
        if len(rows) > 1:
            lines += ["", *_segment(_name(object_name), reference_frame, liftoff_utc, part.comment, rows)]
    return "\n".join(lines) + "\n"


def _rows(part: Stretch) -> list[tuple[float, Array]]:
    """(instant s, state (6,) in km and km/s) of a stretch, instants whole microseconds and each there once."""
    rows: list[tuple[float, Array]] = []
    for t, r, v in zip(part.t_s.tolist(), part.r_m, part.v_m_s, strict=True):
        instant = to_the_microsecond(t)
        if not rows or instant > rows[-1][0]:
            rows.append((instant, numpy.concatenate([r + v * (instant - t), v]) / 1e3))
    return rows


def _segment(
    name: str,
    reference_frame: str,
    liftoff_utc: datetime.datetime,
    comment: str,
    rows: Sequence[tuple[float, Array]],
) -> Iterator[str]:
    method, degree = _INTERPOLATION
    yield "META_START"
    yield from _comments(comment)
    yield f"OBJECT_NAME = {name}"
    yield "OBJECT_ID = UNKNOWN"
    yield "CENTER_NAME = EARTH"
    yield f"REF_FRAME = {reference_frame}"
    yield "TIME_SYSTEM = UTC"
    yield f"START_TIME = {utc_text(liftoff_utc, rows[0][0])}"
    yield f"STOP_TIME = {utc_text(liftoff_utc, rows[-1][0])}"
    yield f"INTERPOLATION = {method}"
    yield f"INTERPOLATION_DEGREE = {degree}"
    yield "META_STOP"
    for t, state in rows:
        yield f"{utc_text(liftoff_utc, t)} " + " ".join(f"{x:.9f}" for x in state)


def _comments(text: str) -> Iterable[str]:
    # no break within a word or a number: a phase's id is one, however long
    lines = textwrap.wrap(_printable(text), _LONGEST_COMMENT, break_on_hyphens=False)
    return (f"COMMENT {line}" for line in lines)


def _name(text: str) -> str:
    return _printable(text).upper()[:_LONGEST_NAME].rstrip() or "UNNAMED"


def _printable(text: str) -> str:
    """The text in printable ASCII on one line: accents left off, what has no letter there a question mark."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = " ".join(plain.split())
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in plain)
