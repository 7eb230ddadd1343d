"""Flown and published missions, planned from files that were not tuned to them."""

from functools import cache

import pytest

from cosmodrome.ascent.plan import Plan
from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.catalogue.schema import Vehicle
from tests.truths.cases import FOLDER, Comparison, comparisons, measured, planned

CASES = sorted(path.stem for path in FOLDER.glob("V*.toml"))

_planned = cache(planned)


def _parameters() -> list[object]:
    return [
        pytest.param(
            c,
            id=c.id,
            marks=[pytest.mark.xfail(reason=c.miss, strict=True, raises=AssertionError)] if c.miss else [],
        )
        for c in comparisons()
    ]


@pytest.mark.slow
@pytest.mark.parametrize("comparison", _parameters())
def test_a_case_comes_out_as_published(comparison: Comparison) -> None:
    ours = measured(_planned(comparison.case), comparison.quantity)
    assert abs(ours - comparison.reference) <= comparison.tolerance, (
        f"{ours:.6g} for {comparison.reference:.6g} +- {comparison.tolerance:.3g} {comparison.unit}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_a_case_is_verified(case: str) -> None:
    found: Plan = _planned(case)
    assert found.status == "verified", found.diagnosis
    assert found.verification is not None
    # 100 m, 0.1 m/s and 1 kg: what a plan and its own flight may differ by
    assert found.verification.position_gap_m <= 100.0
    assert found.verification.velocity_gap_m_s <= 0.1
    assert found.verification.payload_gap_kg <= 1.0


def test_every_case_file_is_compared_with_something() -> None:
    assert {c.case for c in comparisons()} == set(CASES)


def test_the_crew_vehicle_differs_from_the_catalogue_in_fairing_and_tower_only() -> None:
    crew, own = load_vehicle(FOLDER / "soyuz-2.1a-crew.toml"), load_vehicle("soyuz-2.1a")
    assert set(crew.body_ids) - {"escape-tower", "fairing"} == set(own.body_ids) - {"fairing"}
    assert _hardware(crew) == _hardware(own)


def _hardware(vehicle: Vehicle) -> dict[str, object]:
    """Every number of a vehicle but those of fairing and tower, and its coefficients."""
    keys = [k for k in vehicle.numeric_keys if k.partition(".")[0] not in ("fairing", "escape-tower")]
    tables = [
        (a.until, a.axes, a.reference_area_m2, a.table.mach.tolist(), a.table.axial.tolist())
        for a in vehicle.aero
    ]
    moments = [(s.id, s.ignition, s.cutoff, s.separation, s.engine) for s in vehicle.stages]
    return {"numbers": {k: vehicle.get_value(k) for k in keys}, "tables": tables, "moments": moments}
