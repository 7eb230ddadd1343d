"""Names on a map that do not lie on each other, once for wide screens and paper and once, fewer and larger, for phones.

A map is drawn 1 000 units wide and shrinks with its page, letters included: what is 13 units high there would be 5
pixels on a phone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy

from cosmodrome.reporting.page.markup import Markup, el

MAP_WIDTH = 1000.0
# width of a letter as a share of its height, on the broad side
_BREADTH = 0.58
# directions in which a name is tried beside its mark: right, left, then steeper and steeper
_WAYS = (
    (1.0, 0.0), (-1.0, 0.0), (0.8, -0.8), (0.8, 0.8), (-0.8, -0.8), (-0.8, 0.8), (0.0, 1.0), (0.0, -1.0),
)  # fmt: skip
_REACHES = (1.1, 1.8, 2.8, 4.0, 5.5, 7.5)

Array = numpy.ndarray[Any, Any]
Box = tuple[float, float, float, float]


@dataclass
class Lettering:
    """Places for names on one map of that height at one size of letters, both in drawn units."""

    size: float
    height: float
    taken: list[Box] = field(default_factory=list)

    def keep_clear(self, x: float, y: float, half: float) -> None:
        """Keep names off the square about a mark."""
        self.taken.append((x - half, y - half, x + half, y + half))

    def keep_clear_along(self, x: Array, y: Array) -> None:
        """Keep names off a line, given by its points."""
        length = numpy.concatenate([[0.0], numpy.cumsum(numpy.hypot(numpy.diff(x), numpy.diff(y)))])
        places = numpy.arange(0.0, length[-1], 0.5 * self.size)
        for across, down in zip(
            numpy.interp(places, length, x), numpy.interp(places, length, y), strict=True
        ):
            self.keep_clear(float(across), float(down), 0.2 * self.size)

    def beside(self, x: float, y: float, text: str, class_: str) -> list[Markup]:
        """The name of a mark, with a line to it where it had to go far; nothing where no place is left."""
        width = _BREADTH * self.size * len(text)
        for reach in _REACHES:
            for across, down in _WAYS:
                end_x, end_y = x + across * reach * self.size, y + down * reach * self.size
                left = end_x if across > 0 else end_x - width if across < 0 else end_x - width / 2
                box = (left, end_y - 0.6 * self.size, left + width, end_y + 0.6 * self.size)
                if self._is_free(box):
                    self.taken.append(box)
                    return [
                        *self._leader(x, y, end_x, end_y, reach),
                        self._text(left + width / 2, end_y, text, class_),
                    ]
        return []

    def at(self, x: float, y: float, text: str, class_: str) -> list[Markup]:
        """A name centred on its place; nothing where that is taken."""
        half = 0.5 * _BREADTH * self.size * len(text)
        box = (x - half, y - 0.6 * self.size, x + half, y + 0.6 * self.size)
        if not self._is_free(box):
            return []
        self.taken.append(box)
        return [self._text(x, y, text, class_)]

    def _leader(self, x: float, y: float, end_x: float, end_y: float, reach: float) -> list[Markup]:
        if reach == _REACHES[0]:
            return []
        return [
            el("line", x1=f"{x:.1f}", y1=f"{y:.1f}", x2=f"{end_x:.1f}", y2=f"{end_y:.1f}", class_="leader")
        ]

    def _text(self, x: float, y: float, text: str, class_: str) -> Markup:
        # A third of the height lower: the letters' middle, not their foot, is at y.
        return el("text", text, x=f"{x:.1f}", y=f"{y + 0.34 * self.size:.1f}", class_=class_)

    def _is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        if left < 2.0 or top < 2.0 or right > MAP_WIDTH - 2.0 or bottom > self.height - 2.0:
            return False
        return all(right < a or left > c or bottom < b or top > d for a, b, c, d in self.taken)


def in_both_sizes(height: float, letter: Callable[[Lettering, bool], list[Markup]]) -> list[Markup]:
    """What `letter` writes with a `Lettering` (and whether it is the one for phones), in the two sizes."""
    return [
        el("g", letter(Lettering(size, height), is_narrow), class_=class_, font_size=f"{size:g}")
        for size, class_, is_narrow in ((14.0, "names wide", False), (36.0, "names narrow", True))
    ]
