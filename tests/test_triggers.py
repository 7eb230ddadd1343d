"""Every diagnosis by the files that trigger it: `triggers/<code>.<case>.toml`, with their vehicles beside them.

A file asks for what cannot be; asked for what its diagnosis offers instead, it must be verified. A file with an
attitude program is flown, any other planned. Two verdicts no file brings about reliably from outside, since a plan that
earns them is searched until it does not: they are triggered by a verification that was changed.
"""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from cosmodrome.ascent.diagnose import unverified
from cosmodrome.ascent.plan import Plan, plan
from cosmodrome.mission.read import mission_from_dict, read_mission
from cosmodrome.run import fly, run
from tests.rockets import write_files

FOLDER = Path(__file__).parent / "triggers"
CODES = (
    "insufficient-delta-v",
    "inclination-below-latitude",
    "thrust-to-weight-below-one",
    "limit-blocks",
    "limit-broken",
    "coast-too-long",
    "gap-too-large",
    "not-converged",
)


@dataclass(frozen=True)
class Told:
    """What is to be told of a file: the key to look at, and words of the message with a number that is known from
    outside (what was asked for, a force worked out by hand).

    `offers` is the key of the nearest feasible change, None where none is to be offered. It is not `confirmed` for a
    limit on loads: what its walk came to is offered as it is, and flown it may pass the limit between two points.
    """

    key: str
    words: str
    offers: str | None
    is_slow: bool = True
    confirmed: bool = True


APOGEE, PERIGEE = "target.apogee_altitude_km", "target.perigee_altitude_km"
INCLINATION, C3 = "target.inclination_deg", "target.c3_km2_s2"
NODE, LTAN, PAYLOAD = "target.ra_of_asc_node_deg", "target.ltan_h", "objective.payload_kg"
Q, BENDING = "limits.max_dynamic_pressure_pa", "limits.max_q_alpha_pa_rad"
COAST = "profile.max_coast_s"
ACCELERATION, FLUX = "limits.max_axial_acceleration_g", "limits.fairing_heat_flux_w_m2"

TOLD = {
    "insufficient-delta-v.too-heavy": Told(PAYLOAD, "must drop by 8", PAYLOAD, is_slow=False),
    "insufficient-delta-v.too-heavy-final-mass": Told(PAYLOAD, "must drop by 28", PAYLOAD),
    "insufficient-delta-v.too-heavy-to-transfer": Told(PAYLOAD, "must drop by 1", PAYLOAD),
    "insufficient-delta-v.fregat-to-transfer": Told(PAYLOAD, "must drop by 4", PAYLOAD),
    "insufficient-delta-v.too-far": Told(APOGEE, "is short by ", APOGEE, is_slow=False),
    "insufficient-delta-v.too-high": Told(PERIGEE, "without a payload second", PERIGEE),
    "insufficient-delta-v.escape-once": Told(C3, "is short by 1", C3),
    "insufficient-delta-v.escape-too-fast": Told(C3, "is short by 1", C3),
    "insufficient-delta-v.node-too-far": Told(NODE, "the node at 100.00 deg", NODE),
    "insufficient-delta-v.local-time-too-far": Told(LTAN, "the node at 3.00 h", LTAN),
    # geodetic 50 deg is geocentric 49.81 deg, 60 deg is 59.83 deg, and 180 - 44.81 deg is 135.19 deg
    "inclination-below-latitude.equator": Told(INCLINATION, "49.81 deg is the nearest", INCLINATION),
    "inclination-below-latitude.far-north": Told(INCLINATION, "49.81 deg is the nearest", INCLINATION),
    "inclination-below-latitude.far-south": Told(INCLINATION, "59.83 deg is the nearest", INCLINATION),
    "inclination-below-latitude.retrograde": Told(INCLINATION, "135.19 deg is the nearest", INCLINATION),
    # 132 650 kg and the payload, times g0
    "thrust-to-weight-below-one.too-heavy": Told(PAYLOAD, "its weight 5224 kN", PAYLOAD, is_slow=False),
    "thrust-to-weight-below-one.a-little-too-heavy": Told(
        PAYLOAD, "its weight 1806 kN", PAYLOAD, is_slow=False
    ),
    "thrust-to-weight-below-one.too-weak": Told("vehicle", "its weight 1301 kN", None, is_slow=False),
    "limit-blocks.dynamic-pressure": Told(Q, f"{Q} = 4000;", Q, confirmed=False),
    "limit-blocks.acceleration": Told(ACCELERATION, f"{ACCELERATION} = 1.1;", ACCELERATION, confirmed=False),
    "limit-blocks.heat-flux": Told(FLUX, f"{FLUX} = 0.001;", FLUX),
    "limit-blocks.corridor-east": Told("limits.launch_azimuth_min_deg", "from 80 to 100 deg", None),
    "limit-blocks.corridor-west": Told("limits.launch_azimuth_min_deg", "from 250 to 290 deg", None),
    "limit-broken.dynamic-pressure": Told(Q, f"{Q} = 20000", None, is_slow=False),
    "limit-broken.bending": Told(BENDING, f"{BENDING} = 200", None, is_slow=False),
    "limit-broken.acceleration-of-the-vehicle": Told(
        ACCELERATION, f"{ACCELERATION} = 6:", None, is_slow=False
    ),
    "coast-too-long.lower-circle": Told(COAST, "at most 1800 s", COAST),
    "coast-too-long.far-circle": Told(COAST, "at most 3600 s", COAST),
    "coast-too-long.higher-circle": Told(COAST, "at most 7200 s", COAST),
    "gap-too-large.misses-its-orbit": Told("target", "more than 100 m or 0.1 m/s", None, is_slow=False),
    "gap-too-large.flies-south": Told("target", "more than 100 m or 0.1 m/s", None, is_slow=False),
    "gap-too-large.falls-back": Told("target", "comes down to the ground", None, is_slow=False),
    "gap-too-large.too-light": Told("target", "more than 100 m or 0.1 m/s", None, is_slow=False),
    "not-converged.bending": Told(BENDING, f"{BENDING} = 1;", BENDING, confirmed=False),
    "not-converged.bending-half": Told(BENDING, f"{BENDING} = 0.5;", BENDING, confirmed=False),
    "not-converged.bending-strong": Told(BENDING, f"{BENDING} = 1;", BENDING, confirmed=False),
}


def code_of(name: str) -> str:
    return name.partition(".")[0]


def told(*, offering: bool = False) -> list[Any]:
    """The names of the files as parameters, those that take more than a few seconds marked slow."""
    return [
        pytest.param(name, marks=pytest.mark.slow) if what.is_slow else name
        for name, what in TOLD.items()
        if not offering or (what.offers and what.confirmed)
    ]


@pytest.fixture(scope="module")
def answer():
    """Function from a file's name to the exit status and record of what it is asked for, asked once."""
    known: dict[str, tuple[int, dict[str, Any]]] = {}

    def answered(name: str) -> tuple[int, dict[str, Any]]:
        if name not in known:
            path = FOLDER / f"{name}.toml"
            is_flown = read_mission(path).profile.attitude_program is not None
            outcome = fly(path, None, _silent) if is_flown else run(path, _silent)
            known[name] = outcome.exit_code, outcome.result
        return known[name]

    return answered


def _silent(text: str) -> None:
    """Progress that nobody watches."""


def offered(name: str, nearest: dict[str, Any]) -> Plan:
    """The plan of a file with what its diagnosis offers in the place of what it asks."""
    path = FOLDER / f"{name}.toml"
    data = tomllib.loads(path.read_text())
    section, key = nearest["key"].split(".")
    table = data.setdefault(section, {})
    if nearest["key"] == PERIGEE and table[key] == table["apogee_altitude_km"]:
        # a circle stays one
        table["apogee_altitude_km"] = nearest["value"]
    table[key] = nearest["value"]
    return plan(mission_from_dict(data, path), with_ratios=False)


def test_every_file_is_told_of_and_every_code_has_three():
    vehicles = {path.stem for path in FOLDER.glob("rocket*.toml")}
    assert {path.stem for path in FOLDER.glob("*.toml")} - vehicles == set(TOLD)
    for code in CODES:
        assert sum(code_of(name) == code for name in TOLD) >= 3, code


@pytest.mark.parametrize("name", told())
def test_a_file_is_diagnosed_with_its_code_key_and_number(answer, name):
    exit_code, result = answer(name)
    d = result["diagnosis"]
    assert d is not None, result["status"]
    assert d["code"] == code_of(name), d["message"]
    assert exit_code == (3 if d["code"] == "not-converged" else 1)
    assert d["key"] == TOLD[name].key
    assert TOLD[name].words in d["message"]
    offers = d["nearest_feasible"]
    assert (offers["key"] if offers else None) == TOLD[name].offers


@pytest.mark.parametrize("name", told(offering=True))
def test_what_is_offered_instead_is_verified_with_the_payload_that_was_told(answer, name):
    nearest = answer(name)[1]["diagnosis"]["nearest_feasible"]
    found = offered(name, nearest)
    assert found.status == "verified", found.diagnosis
    # what is offered is rounded to the easier side of where that payload was found: up to 50 kg in a tenth of a degree
    assert found.payload_kg == pytest.approx(nearest["payload_kg"], rel=0.02, abs=50.0)


# --- verdicts that no file brings about -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Plan:
    """A verified plan."""
    found = plan(read_mission(write_files(tmp_path_factory.mktemp("good"))), with_ratios=False)
    assert found.status == "verified"
    return found


@pytest.mark.parametrize(
    ("second_kg", "words"),
    [(None, "no second start converged"), (3000.0, "3000.00 kg"), (3400.0, "3400.00 kg")],
)
def test_starts_disagree_where_no_second_one_comes_to_the_same(good, second_kg, words):
    d = unverified(good.verification, second_kg, good.payload_kg, False)
    assert d is not None and d.code == "starts-disagree"
    assert words in d.message
    if second_kg is not None:
        assert f"{good.payload_kg:.2f} kg" in d.message


@pytest.mark.parametrize(("stage", "lacking_kg"), [("first", 12.0), ("second", 1.5)])
def test_a_bound_is_active_where_more_is_burnt_than_a_stage_has(good, stage, lacking_kg):
    flight = good.flight
    left = dict(flight.propellant_left_kg)
    left[stage] = flight.programme.masses.unusable_kg[stage] - lacking_kg
    emptied = replace(good.verification, flight=replace(flight, propellant_left_kg=left))
    d = unverified(emptied, good.payload_kg, good.payload_kg, False)
    assert d is not None and (d.code, d.key) == ("bound-active", f"{stage}.cutoff")
    assert f"{lacking_kg:.6g} kg more than {stage}" in d.message


def test_a_bound_is_active_where_the_order_of_events_presses(good):
    d = unverified(good.verification, good.payload_kg, good.payload_kg, True)
    assert d is not None and (d.code, d.key) == ("bound-active", "sequence")
