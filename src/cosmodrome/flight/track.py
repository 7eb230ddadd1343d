"""A flight as a line for viewers: few places over the Earth, between which straight lines stay near what was flown."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cosmodrome.flight.ground import longitude_rad

if TYPE_CHECKING:
    from cosmodrome.flight.propagate import Flight

Array = NDArray[np.float64]

_WGS84 = 1
"""The ellipsoid, as ERFA numbers them, on which viewers place latitude, longitude and altitude."""


def track(flight: "Flight", tolerance_m: float) -> dict[str, Array]:
    """Return `t_s`, `latitude_deg`, `longitude_deg`, `altitude_m`, each (n,), times strictly ascending.

    Straight lines in time between two of them miss no sample of the flight (see `events.trace`: a second apart, or
    less) by more than `tolerance_m`, be they drawn in space or in latitude, longitude and altitude: viewers do either.
    Only over a pole itself, which has no longitude, must they be drawn in space.
    """
    traces = [segment.trace for segment in flight.segments]
    t = np.concatenate([trace.t_s for trace in traces])
    fresh = np.concatenate([[True], np.diff(t) > 0.0])

    def seen(name: str) -> Array:
        return np.asarray(np.concatenate([trace.column(name) for trace in traces])[fresh])

    t = t[fresh]
    longitude = longitude_rad(seen("longitude_eci_rad"), t, flight.programme)
    # a line must not be drawn the long way round
    places = np.stack([np.unwrap(longitude), seen("latitude_rad"), seen("altitude_m")], axis=-1)
    kept = _kept(t, places, tolerance_m)
    return {
        "t_s": t[kept],
        "latitude_deg": np.degrees(places[kept, 1]),
        "longitude_deg": np.degrees(longitude[kept]),
        "altitude_m": places[kept, 2],
    }


def _kept(t: Array, places: Array, tolerance_m: float) -> NDArray[np.bool_]:
    """Which rows (n,) of longitude, latitude (rad) and altitude (m) to keep: both ends, and the worst missed in
    between, again and again (D. Douglas, T. Peucker, The Canadian Cartographer 10 (1973) 112, with misses taken at the
    same time)."""
    r = _in_space(places)
    kept = np.zeros(t.size, dtype=bool)
    waiting = [(0, t.size - 1)]
    while waiting:
        a, b = waiting.pop()
        kept[[a, b]] = True
        if b - a < 2:
            continue
        inner = slice(a + 1, b)
        share = ((t[inner] - t[a]) / (t[b] - t[a]))[:, None]
        straight = r[a] + share * (r[b] - r[a])
        on_map = _in_space(places[a] + share * (places[b] - places[a]))
        missed = np.maximum(_length(straight - r[inner]), _length(on_map - r[inner]))
        worst = int(np.argmax(missed))
        if missed[worst] > tolerance_m:
            waiting += [(a, a + 1 + worst), (a + 1 + worst, b)]
    return kept


def _in_space(places: Array) -> Array:
    """Positions (n, 3), m, of longitude, latitude and altitude (n, 3)."""
    import erfa

    return np.asarray(erfa.gd2gc(_WGS84, places[:, 0], places[:, 1], places[:, 2]))


def _length(vectors: Array) -> Array:
    return np.asarray(np.sqrt(np.sum(vectors**2, axis=-1)))
