"""The look of every figure: palette, type, limit lines, and saving as PNG.

Matplotlib's object interface with the Agg canvas: no pyplot, no display, no global state left changed.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

INK, MUTED, GRID = "#1d2733", "#6b7785", "#dde3ea"
BLUE, TEAL, AMBER, RED, VIOLET, GREEN = "#1f5fa8", "#1b8a8f", "#c8811a", "#c0392b", "#7a4fa3", "#3d8b40"
SERIES = (BLUE, AMBER, TEAL, VIOLET, GREEN, RED)
DOTS_PER_INCH = 130
# as wide as a notebook's column
_NOTEBOOK_DOTS_PER_INCH = 80

# Typed loosely because the names that matplotlib knows differ from release to release.
STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "figure.facecolor": "white",
}


class Sheet(Figure):
    """A matplotlib figure that a notebook shows by itself: without pyplot nobody else tells it how."""

    def _repr_png_(self) -> bytes:
        picture = io.BytesIO()
        with matplotlib.rc_context(STYLE):
            self.savefig(picture, format="png", dpi=_NOTEBOOK_DOTS_PER_INCH)
        return picture.getvalue()


@contextmanager
def sheet(
    path: Path | None, title: str, subtitle: str, width_in: float, height_in: float, top_in: float = 0.0
) -> Iterator[Sheet]:
    """A figure with a heading, saved as PNG on leaving where there is a path for it; `top_in` keeps room under the
    heading for labels."""
    with matplotlib.rc_context(STYLE):
        figure = Sheet(figsize=(width_in, height_in))
        FigureCanvasAgg(figure)
        heading_in = 0.62 + top_in
        engine = ConstrainedLayoutEngine(rect=(0.012, 0.0, 0.976, 1.0 - heading_in / height_in))
        figure.set_layout_engine(engine)
        figure.text(
            0.18 / width_in, 1.0 - 0.26 / height_in, title, fontsize=13, fontweight="bold", va="center"
        )
        figure.text(0.18 / width_in, 1.0 - 0.48 / height_in, subtitle, fontsize=9, color=MUTED, va="center")
        yield figure
        if path is not None:
            figure.savefig(path, dpi=DOTS_PER_INCH)


def limit_line(ax: Axes, limit: float, text: str, data_peak: float) -> None:
    """A dashed line at the limit; one far above the data is only named, not to squeeze the curve."""
    if data_peak > 0.0 and limit > 1.5 * data_peak:
        ax.text(0.99, 0.93, text, transform=ax.transAxes, ha="right", va="top", fontsize=7.5, color=RED)
        return
    ax.axhline(limit, color=RED, linewidth=1.1, linestyle=(0, (5, 3)), zorder=2)
    ax.annotate(
        text,
        (0.99, limit),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=7.5,
        color=RED,
    )
