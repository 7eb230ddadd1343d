"""Where a number comes from: the record kept beside every value read from a file."""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENCES = ("published", "derived", "estimate")


@dataclass(frozen=True)
class Source:
    """The origin of one number: `text` cites, `confidence` is one of CONFIDENCES or None when not stated.

    `sigma` is one standard deviation in the SI unit of the number itself, None when not stated.
    """

    text: str | None = None
    confidence: str | None = None
    sigma: float | None = None
