"""What `Plan`, `Flight` and `Performance` have in common: they show themselves, draw themselves, and become a table.

How they look is the business of `cosmodrome.notebook`, which stands above them and is named here as text: an import
would turn the order of the rooms around.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure


class Shown:
    """A noun that a notebook shows."""

    def __repr__(self) -> str:
        return str(_notebook().words(self))

    def _repr_html_(self) -> str:
        return str(_notebook().html(self))

    def plot(self, figure: str | None = None) -> "Figure":
        """Return a matplotlib figure, which a notebook shows and `savefig` writes; no pyplot is touched.

        `figure` is one of "profile" (the default: altitude, km; speed, m/s; dynamic pressure, kPa; axial acceleration,
        g; mass, t; over time, s), "attitude" (deg), "ground_track" (km about the pad, drop points), "delta_v" (m/s) and
        "limits" (% of each; only a plan has them). A survey has one figure alone, "performance".

        Raises CosmodromeError for a name that it does not have, and where nothing flew.
        """
        return _notebook().figure_of(self, figure)  # type: ignore[no-any-return]

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a table whose `attrs["units"]` gives the unit of each column: "1" is dimensionless, "" is no number.

        A flight, and a plan's flight, has a row for each instant and two, before and after, at a jump: the columns of
        trajectory.parquet, none where nothing flew. A survey has a row for each point: the varied keys, then what was
        found.

        Raises ExportError where pandas is not installed, which only this method needs.
        """
        return _notebook().frame(self)


def _notebook() -> Any:
    return importlib.import_module("cosmodrome.notebook")
