"""A time axis on which burns stay readable beside coasts of hours, with the events named above it.

Coasts that would squeeze the burns are shortened to a band; everywhere else the axis has one scale, so that the slopes
of a curve compare. A band says how long it really is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator

from cosmodrome.reporting.canvas import GRID, MUTED
from cosmodrome.reporting.labels import clock_text, span_text, spread_events
from cosmodrome.reporting.record import coasts

Array = numpy.ndarray[Any, Any]

EVENT_LABELS_IN = 1.3
"""Room (in) above the first axes for the names of events."""
_LONGEST_LABEL = 22
# share of the axis that labels need between each other
_LABEL_GAP = 0.027
# a coast longer than this share of all the rest is shortened, to a band of that other share
_LONG, _BAND = 0.5, 0.2
_TICKS = 8


@dataclass(frozen=True)
class TimeAxis:
    """Where a moment stands: `places` (in seconds of the unshortened parts) of the corners at `t_s`, ascending;
    `coasts` are the shortened ones."""

    t_s: Array
    places: Array
    coasts: tuple[tuple[float, float], ...]

    def place(self, t_s: Any) -> Any:
        """The place of moments."""
        return numpy.interp(t_s, self.t_s, self.places)

    def moment(self, place: Any) -> Any:
        """The moments (s) at places."""
        return numpy.interp(place, self.places, self.t_s)

    @property
    def length(self) -> float:
        """From the first place to the last."""
        return float(self.places[-1] - self.places[0])


def time_axis(t_s: Array, burns: Sequence[Mapping[str, Any]]) -> TimeAxis:
    """The axis for the rows at `t_s` of a flight with these burns (as in result.json)."""
    start, end = float(t_s[0]), float(t_s[-1])
    gaps = coasts(burns, start, end)
    rest = end - start
    # the longest first: what is left decides whether the next is long too
    long = []
    for gap in sorted(gaps, key=lambda gap: gap[0] - gap[1]):
        others = rest - (gap[1] - gap[0])
        if gap[1] - gap[0] <= _LONG * others:
            break
        long.append(gap)
        rest = others
    corners = sorted({start, end, *(t for gap in long for t in gap)})
    steps = [_BAND * rest if (a, b) in long else b - a for a, b in pairwise(corners)]
    places = start + numpy.concatenate([[0.0], numpy.cumsum(steps)])
    return TimeAxis(numpy.array(corners), places, tuple(sorted(long)))


def draw_time_axis(axes: Sequence[Axes], axis: TimeAxis) -> None:
    """Give all `axes`, which share it, the time axis, named under the last one."""
    for ax in axes:
        ax.set_xscale("function", functions=(axis.place, axis.moment))
        ax.set_xlim(float(axis.t_s[0]), float(axis.t_s[-1]))
        for coast in axis.coasts:
            ax.axvspan(*coast, color=GRID, alpha=0.5, linewidth=0.0, zorder=0)
    ticks = _ticks(axis)
    # shared axes share the locator: the last to be told has the word
    axes[-1].xaxis.set_major_locator(FixedLocator([t for t, _ in ticks]))
    axes[-1].xaxis.set_major_formatter(FixedFormatter([text for _, text in ticks]))
    axes[-1].xaxis.set_minor_locator(FixedLocator([]))
    shortened = "; shaded coasts are drawn shorter than they are" if axis.coasts else ""
    axes[-1].set_xlabel(f"Time from lift-off, s{shortened}")


def _ticks(axis: TimeAxis) -> list[tuple[float, str]]:
    """(s, text) of the ticks: round moments outside the bands, and the true length of each band in its middle."""
    step = _round_step(axis.length / _TICKS)
    shown = []
    for start, end in pairwise(axis.t_s):
        if (start, end) in axis.coasts:
            shown.append((0.5 * (start + end), f"coast\n{span_text(end - start)}"))
            continue
        inside = [float(t) for t in numpy.arange(numpy.ceil(start / step) * step, end + 1e-6, step)]
        shown += [(t, clock_text(t)) for t in inside if _is_clear(t, axis, 0.5 * step)]
    return shown


def _is_clear(t_s: float, axis: TimeAxis, room: float) -> bool:
    """Whether the text of a moment stays out of the bands beside it."""
    centres = [0.5 * (a + b) for a, b in axis.coasts]
    return all(abs(axis.place(t_s) - axis.place(centre)) > room for centre in centres)


def _round_step(rough: float) -> float:
    """The smallest step (s) of those that people count in that is not below `rough`."""
    steps = (1, 2, 5, 10, 20, 30, 60, 100, 200, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
    return float(next((s for s in steps if s >= rough), 86400 * numpy.ceil(rough / 86400)))


def mark_events(axes: Sequence[Axes], events: Sequence[Mapping[str, Any]], axis: TimeAxis) -> None:
    """Thin lines at the events through all `axes`, named above the first one."""
    place: Callable[[float], float] = axis.place
    for t_s, label in spread_events(events, _LABEL_GAP * axis.length, place):
        if not axis.t_s[0] <= t_s <= axis.t_s[-1]:
            continue
        for ax in axes:
            ax.axvline(t_s, color=MUTED, linewidth=0.7, alpha=0.55, zorder=1)
        axes[0].annotate(
            label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…",
            (t_s, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            rotation=90,
            ha="center",
            va="bottom",
            fontsize=7.5,
            color=MUTED,
            annotation_clip=False,
            in_layout=False,
        )
