"""Payload of a Soyuz-2.1b with Fregat-M from Vostochny over 24 x 24 altitudes and inclinations: seconds on all cores,
and a point."""

import os

from measure import ROOT, Row, deliver, options, row, timed

VARY = ("target.altitude_km=400:1200:24", "target.inclination_deg=52:98:24")


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__, 1)
    cores = len(os.sched_getaffinity(0))
    note = f"{cores} workers; 0.1 s a point and 120 s for the grid on two cores are aimed at"
    deliver(
        "performance", rows(chosen.repetitions, cores), chosen.repetitions, as_json=chosen.json, note=note
    )


def rows(repetitions: int, workers: int) -> list[Row]:
    """Return the figures of `repetitions` surveys, after a small one that compiles the kernels where they are not."""
    from cosmodrome.survey.performance import performance

    mission = ROOT / "examples" / "vostochny-sso.toml"
    performance(mission, ["target.altitude_km=500,600"])
    whole, each, verified, again, jumps = [], [], [], [], []
    for _ in range(repetitions):
        found, seconds = timed(lambda: performance(mission, VARY, workers=workers))
        whole.append(seconds)
        each.append(seconds / len(found.points))
        verified.append(float(sum(point.is_verified for point in found.points)))
        again.append(float(sum(point.starts for point in found.points) - len(found.points)))
        jumps.append(float(sum(point.flag is not None for point in found.points)))
    return [
        row("24 x 24 points", "s", whole, 120.0),
        row("  a point", "s", each),
        row("  points verified", "", verified),
        row("  points solved again", "", again),
        row("  points flagged", "", jumps, 0.0),
    ]


if __name__ == "__main__":
    main()
