"""Programmes: what is refused, and that a file of one flies the same bits."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from cosmodrome.catalogue.timeline import Flow
from cosmodrome.errors import ExportError
from cosmodrome.flight.attitude import polynomial
from cosmodrome.flight.programme import Masses, Programme, Step
from cosmodrome.flight.propagate import fly
from tests.flight.worlds import COASTING, launch, phase


def test_a_programme_read_from_its_file_flies_the_same_bits() -> None:
    programme = launch()
    read = Programme.from_json(programme.to_json())
    assert read.to_json() == programme.to_json()
    first, second = fly(programme), fly(read)
    assert np.array_equal(first.t_s, second.t_s)
    assert np.array_equal(first.y, second.y)
    assert [a.arc.t_s.size for a in first.segments] == [b.arc.t_s.size for b in second.segments]
    assert first.events == second.events
    assert first.drop_points == second.drop_points


def test_a_float_survives_the_file_to_the_last_bit() -> None:
    awkward = 0.1 + 2**-50
    programme = replace(launch(), earth_angle_rad=awkward, payload_kg=math.nextafter(1.0, 2.0))
    read = Programme.from_json(programme.to_json())
    assert read.earth_angle_rad == awkward
    assert read.payload_kg == programme.payload_kg


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cosmodrome-programme/1"),
        ("[]", "cosmodrome-programme/1"),
        ('{"format": "cosmodrome-programme/9", "programme": {}}', "'cosmodrome-programme/9'"),
        ('{"format": "cosmodrome-programme/1", "programme": {"surprise": 1}}', "surprise"),
        ('{"format": "cosmodrome-programme/1", "programme": {}}', "missing"),
    ],
)
def test_a_text_that_is_no_programme_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(ExportError) as refusal:
        Programme.from_json(text)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_programme_with_a_damaged_number_is_refused() -> None:
    plain = json.loads(launch().to_json())
    plain["programme"]["steps"][0]["duration_s"] = "long"
    with pytest.raises(ExportError, match="long"):
        Programme.from_json(json.dumps(plain))


@pytest.mark.parametrize("angle", [0.7, -2.9, math.pi, 100.0])
def test_a_turned_programme_flies_the_turned_flight(angle: float) -> None:
    """With drag, lift, J2 and wind: nothing in the world but the Sun and the stars knows where x is."""
    c, s = math.cos(angle), math.sin(angle)
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    # where a table bends, the last bit decides on a step, and flights part by the tolerance: 30 um at 1e-13
    first, second = fly(launch(), rtol=1e-13), fly(launch().turned(angle), rtol=1e-13)
    assert second.reason is None
    for a, b in zip(first.phase_ends, second.phase_ends, strict=True):
        assert b[:3] == pytest.approx(turn @ a[:3], abs=3e-4)
        assert b[3:6] == pytest.approx(turn @ a[3:6], abs=1e-6)
        assert b[6:] == pytest.approx(a[6:], rel=1e-9, abs=1e-6)
    assert [(e.code, e.subject) for e in second.events] == [(e.code, e.subject) for e in first.events]
    for over_ground in ("latitude_deg", "longitude_deg", "downrange_m"):
        points = [[point[over_ground] for point in flight.drop_points] for flight in (first, second)]
        # a micrometre a second at the drop is millimetres on the ground, 1e-9 of a thousand kilometres
        assert points[0] and points[1] == pytest.approx(points[0], rel=1e-8)


def test_turned_back_a_programme_is_what_it_was() -> None:
    programme = launch()
    again = programme.turned(1.3).turned(-1.3)
    assert again.r_eci_m == pytest.approx(programme.r_eci_m, abs=1e-8)
    assert again.earth_angle_rad == pytest.approx(programme.earth_angle_rad, abs=1e-15)
    for before, after in zip(programme.steps, again.steps, strict=True):
        assert after.attitude.coefficients == pytest.approx(before.attitude.coefficients, abs=1e-15)
        assert after.attitude.parameters == pytest.approx(before.attitude.parameters, abs=1e-15)
        assert after.attitude.edges is before.attitude.edges


def _with_step(step: Step) -> Programme:
    return replace(launch(), steps=(step,), insertion_step=0)


def test_a_plan_that_does_not_cover_its_phase_is_refused() -> None:
    law = polynomial([0.0, 9.0], [[(1.0, 0.0, 0.0, 1.0)]])
    with pytest.raises(
        ValueError, match=r"covers 0\.000000 to 9\.000000 s, its phase 0\.000000 to 10\.000000"
    ):
        _with_step(Step(phase("burn", COASTING), 10.0, law))


def test_propellant_that_the_programme_does_not_have_is_refused() -> None:
    law = polynomial([0.0, 10.0], [[(1.0, 0.0, 0.0, 1.0)]])
    with pytest.raises(ValueError, match="third"):
        _with_step(Step(phase("burn", COASTING, (Flow("third", 1.0),)), 10.0, law))


@pytest.mark.parametrize(
    "flow", [Flow("first", 999.0), Flow("first", 1250.0, -1.0), Flow("second", 1250.0, 0.0, True)]
)
def test_a_burn_that_is_not_booked_as_it_burns_is_refused(flow: Flow) -> None:
    first = launch().steps[0]
    with pytest.raises(ValueError, match="burn 1250"):
        _with_step(replace(first, phase=replace(first.phase, flows=())))
    with pytest.raises(ValueError, match="the engines of first burn"):
        _with_step(replace(first, phase=replace(first.phase, flows=(flow,))))


@pytest.mark.parametrize("duration_s", [-1.0, math.nan, math.inf])
def test_a_duration_that_is_none_is_refused(duration_s: float) -> None:
    with pytest.raises(ValueError, match="duration of wait"):
        _with_step(Step(phase("wait", COASTING), duration_s, launch().steps[0].attitude))


def test_a_start_without_mass_or_of_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="positive mass"):
        replace(launch(), masses=Masses(0.0, launch().masses.propellant_kg))
    with pytest.raises(ValueError, match="finite"):
        replace(launch(), v_eci_m_s=(math.nan, 0.0, 0.0))
    with pytest.raises(ValueError, match="no step 6"):
        replace(launch(), insertion_step=6)
