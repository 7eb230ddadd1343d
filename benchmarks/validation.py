"""Writes docs/validation.md: other people's numbers beside ours, hits and misses, from runs made now.

    python benchmarks/validation.py            needs the test extra; a few minutes

Every tolerance was fixed before the first comparison. Truths of single equations are many and stay in tests/.
"""

import datetime
import math
import sys
from dataclasses import dataclass

from measure import ROOT, commit, machine, versions

sys.path.insert(0, str(ROOT))

import numpy as np

from cosmodrome.ascent.plan import Plan, plan
from cosmodrome.flight.attitude import horizon, vertical
from cosmodrome.flight.integrate import integrate, states_at
from cosmodrome.mission.read import read_mission
from cosmodrome.physics.atmosphere import EFFECTIVE_RADIUS, US76, air, make_atmosphere
from cosmodrome.physics.frames import ground_velocity
from tests.truths import test_nesc as nesc
from tests.truths import test_optimal_control as control
from tests.truths.cases import FOLDER, Comparison, comparisons, measured
from tests.truths.reading import rows

EXAMPLES = (
    "examples/delta-iii.toml",
    "examples/vostochny-leo.toml",
    "examples/vostochny-sso.toml",
    *(f"examples/cases/{path.name}" for path in sorted(FOLDER.glob("V*.toml"))),
)
DELTA = "Benson (2005), Betts, GPOPS-II; several programs agree"
NASA = "NASA/TM-2015-218675"
COPS = "Dolan, Moré, Munson, COPS 3.0, ANL/MCS-TM-273 (2004)"
BRYSON = "Bryson and Ho, Applied Optimal Control (1975), sec. 2.4"


PAGE = """\
# Validation
Written by `benchmarks/validation.py` from runs made then: {date}, commit {commit},
{machine}; {libraries}.

**{hits} of {total} comparisons hit.** Every tolerance was fixed before the first comparison, nothing is tuned
to a case, and a miss is published with its cause. In the tests a known miss is a strict expected failure:
should it ever hit, the tests say so. Truths of single equations (gravity, frames, elements, air, tables) are
many and stay in `tests/`.

## The optimum that others agree on
`examples/delta-iii.toml`, through the ordinary planner from its own guess.

{optimum}

## Problems with a known answer
The collocation that plans ascents (`ascent/mesh.py`) on two textbook problems.

{textbook}

## Flights that others simulated
The reference integrator against NASA's check cases for atmospheric flight. 01 to 08 fall for 30 s from 30 000
ft over the equator: 01 without air over the rotating ellipsoid with J2; 04 with drag over a round Earth at
rest, 05 over a rotating one; 06 over the ellipsoid with J2; 07 in steady wind; 08 in wind shear. 17 is a
two-stage rocket to orbit with the published attitude replayed, which the file gives every second only.

{flights}

The air below 86 km differs from the tables of the U.S. Standard Atmosphere 1976 by at most {air:.1e} of
pressure and density, which is the rounding of the tables.

## Launches
`examples/cases/V*.toml`. What a file imposes on a case (payload, times of separation) is never counted as a
hit; of a plan that is not verified nothing is. That a flight is feasible is told as 1. V02 compares with 1 t
what is to be from 0 to 2 t. V05 carries its spacecraft with {spare} to spare: its cut-off lies
close to depletion, and a fairing heavier by its sigma would be too much for it.

{launches}

## How close a plan is to its own flight
The largest distance between plan and flight over all phase ends, flown from lift-off and never reset; 100 m,
0.1 m/s and 1 kg of payload are allowed. The last column but one is what gain, engines and losses leave
unexplained of the speed at the end; 0.1 m/s is allowed. The second start is what was maximised (payload, or
mass at insertion) on the coarse mesh.

| mission | status | payload kg | gap m | gap m/s | gap kg | budget m/s | second start kg |
|---|---|--:|--:|--:|--:|--:|--:|
{flown}
"""


@dataclass(frozen=True)
class Line:
    """One comparison: `tolerance` in the unit of the reference; `ours` is NaN without a verified plan; `cause` is the
    likely one of a miss."""

    id: str
    name: str
    unit: str
    reference: float
    ours: float
    tolerance: float
    source: str
    cause: str = ""

    @property
    def is_hit(self) -> bool:
        """Whether ours is within the tolerance."""
        return abs(self.ours - self.reference) <= self.tolerance

    @property
    def text(self) -> str:
        """A row of the page's table."""
        verdict = "hit" if self.is_hit else "**miss**"
        numbers = f"{self.reference:.8g} | {self._ours} | {self.tolerance:.4g}"
        return f"| {self.id} | {self.name} | {self.unit} | {numbers} | {verdict} | {self.source} |"

    @property
    def _ours(self) -> str:
        """The cells of our number and its difference."""
        if math.isnan(self.ours):
            return "none | "
        difference = f"{self.ours - self.reference:+.3g}"
        if self.reference:
            difference += f" ({100.0 * (self.ours / self.reference - 1.0):+.2g} %)"
        return f"{self.ours:.8g} | {difference}"


def main() -> None:
    """Run everything and write the page."""
    plans = {path: plan(read_mission(ROOT / path)) for path in EXAMPLES}
    optimum = _delta_iii(plans["examples/delta-iii.toml"])
    textbook = _textbook()
    flights = [*(_drop(case) for case in nesc.DROPS), *_rocket()]
    launches = [_launch(c, plans[f"examples/cases/{c.case}.toml"]) for c in comparisons()]
    page = ROOT / "docs" / "validation.md"
    page.write_text(_page(plans, optimum, textbook, flights, launches), "utf-8")
    print(page)
    for line in (*optimum, *textbook, *flights, *launches):
        print("hit " if line.is_hit else "MISS", line.id, f"{line.ours:.8g}", line.unit)


def _launch(c: Comparison, found: Plan) -> Line:
    cause = c.cause or "not known yet"
    if found.diagnosis is not None:
        cause = f"{found.status}, {found.diagnosis.message}"
    ours = measured(found, c.quantity)
    return Line(c.id, c.name, c.unit, c.reference, ours, c.tolerance, c.source, cause)


def _delta_iii(found: Plan) -> list[Line]:
    flight = found.flight
    assert flight is not None
    at = flight.insertion_row()
    told = (
        ("final_mass", "mass at insertion", "kg", 7529.7123, flight.final_mass_kg, 0.01),
        ("t_f", "time of insertion", "s", 924.1392, flight.insertion.t_s, 0.01),
        ("a", "semi-major axis, as flown", "m", 24361140.0, at["semi_major_axis_m"], 1000.0),
        ("e", "eccentricity, as flown", "", 0.7308, at["eccentricity"], 1e-5),
        ("i", "inclination, as flown", "deg", 28.5, at["inclination_deg"], 1e-3),
        ("node", "right ascension of the node, as flown", "deg", 269.8, at["ra_of_asc_node_deg"], 1e-3),
        ("pericenter", "argument of pericenter, as flown", "deg", 130.5, at["arg_of_pericenter_deg"], 1e-3),
    )
    return [Line(f"delta-iii.{key}", *rest, DELTA) for key, *rest in told]


def _textbook() -> list[Line]:
    """Goddard's rocket; and the best steering over a flat Earth, whose tangent is linear in time."""
    height, durations, *_ = control.goddard(12)
    _, points, u, duration = control.bilinear_tangent()
    tangent, t = u[:, 1] / u[:, 0], points * duration
    bend = float(np.abs(tangent - np.polyval(np.polyfit(t, tangent, 1), t)).max())
    return [
        Line("goddard.height", "greatest height", "", 1.0128369, height, 1e-6, COPS),
        Line("goddard.t_f", "time of it", "", 0.19885, float(durations.sum()), 1e-4, COPS),
        Line("tangent", "largest distance of tan(angle) from linear", "", 0.0, bend, 1e-4, BRYSON),
    ]


def _drop(case: str) -> Line:
    """Largest distance from the file of a sphere dropped for 30 s."""
    leg, environment, tolerance = nesc.DROPS[case]
    t, r_file, _ = nesc._path(case)
    r = (environment.earth.radius + 30000.0 * nesc.FT, 0.0, 0.0)
    y0 = np.array([*r, *ground_velocity(r, environment.earth), nesc.SLUG, *[0.0] * 5])
    arc = integrate(leg, vertical(), environment, y0, 0.0, 30.0)
    gap = np.linalg.norm(states_at(t, arc.t_s, arc.y, arc.dense)[:, :3] - r_file, axis=1).max()
    return Line(f"nesc-{case}", "largest distance over 30 s", "m", 0.0, float(gap), tolerance, NASA)


def _rocket() -> list[Line]:
    """Distance from the file after 200 s of the two-stage rocket with the replayed attitude."""
    t, r_file, v_file = nesc._path("17")
    yaw, pitch = nesc._columns("17", "yaw_deg", "pitch_deg").T
    attitude, world = horizon(t, np.radians(pitch), np.radians(yaw)), nesc._air_with(nesc._ellipsoid())
    y = np.array([*r_file[0], *v_file[0], nesc.STAGE_1_KG, *[0.0] * 5])
    for leg, t0, t1 in zip(nesc._rocket_legs(), nesc.SWITCHES_S[:-1], nesc.SWITCHES_S[1:], strict=True):
        y = integrate(leg, attitude, world, y, t0, t1).y[-1].copy()
        if t1 == nesc.SWITCHES_S[2]:
            y[6] = nesc.STAGE_2_KG
    return [
        Line("nesc-17.position", "distance at 200 s", "m", 0.0, math.dist(y[:3], r_file[-1]), 50.0, NASA),
        Line(
            "nesc-17.velocity",
            "distance in velocity at 200 s",
            "m/s",
            0.0,
            math.dist(y[3:6], v_file[-1]),
            1.0,
            NASA,
        ),
    ]


def _air_error() -> float:
    """Largest relative difference from the standard's table below 86 km."""
    atmosphere, worst = make_atmosphere(US76), 0.0
    for point in rows("us76_layers.csv"):
        big_h = point["geopotential_altitude_m"]
        here = air(EFFECTIVE_RADIUS * big_h / (EFFECTIVE_RADIUS - big_h), atmosphere)
        pairs = ((here.pressure, point["pressure_pa"]), (here.density, point["density_kg_m3"]))
        worst = max(worst, *(abs(ours / theirs - 1.0) for ours, theirs in pairs))
    return worst


def _page(plans: dict[str, Plan], *parts: list[Line]) -> str:
    optimum, textbook, flights, launches = parts
    total = [*optimum, *textbook, *flights, *launches]
    return PAGE.format(
        date=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=commit(),
        machine=machine(),
        libraries=", ".join(f"{name} {number}" for name, number in versions().items()),
        hits=sum(line.is_hit for line in total),
        total=len(total),
        optimum=_table(optimum),
        textbook=_table(textbook),
        flights=_table(flights),
        launches=_launch_table(launches),
        air=_air_error(),
        spare=_spare(plans["examples/cases/V05.toml"]),
        flown="\n".join(_flown(path, found) for path, found in plans.items()),
    )


def _table(lines: list[Line]) -> str:
    head = (
        "| id | what | unit | reference | ours | difference | tolerance | | source |",
        "|---|---|---|--:|--:|--:|--:|---|---|",
    )
    return "\n".join([*head, *(line.text for line in lines)])


def _launch_table(lines: list[Line]) -> str:
    """The table with one more column: the likely cause of each miss."""
    title, rule, *told = _table(lines).splitlines()
    causes = ("" if line.is_hit else f" {line.cause} " for line in lines)
    body = (f"{row}{cause}|" for row, cause in zip(told, causes, strict=True))
    return "\n".join([f"{title} likely cause of a miss |", f"{rule}---|", *body])


def _spare(found: Plan) -> str:
    """Usable propellant that the last stage has left, in words."""
    if found.flight is None:
        return "nothing known"
    return f"{found.flight.stages[-1]['usable_propellant_left_kg']:.0f} kg of propellant"


def _flown(path: str, found: Plan) -> str:
    v, flight = found.verification, found.flight
    if v is None or flight is None:
        return f"| `{path}` | {found.status} | | | | | | |"
    second = "" if found.second_kg is None else f"{found.second_kg:.2f}"
    gaps = f"{v.position_gap_m:.3g} | {v.velocity_gap_m_s:.2g} | {v.payload_gap_kg:.2g} | {flight.budget_gap_m_s:.1e}"
    return f"| `{path}` | {found.status} | {found.payload_kg:.2f} | {gaps} | {second} |"


if __name__ == "__main__":
    main()
