"""Flown and published missions, planned from files that were not tuned to them; and the files that the pages show."""

import re
from functools import cache
from pathlib import Path

import pytest

from cosmodrome.ascent.plan import Plan, plan
from cosmodrome.catalogue.load import load_site, load_vehicle
from cosmodrome.catalogue.resolve import resolve
from cosmodrome.catalogue.schema import Vehicle
from cosmodrome.mission.read import read_mission
from cosmodrome.validation.missions import examples_folder, measured, planned
from cosmodrome.validation.truths import Truth, read_truths

ROOT = Path(__file__).parents[1]
FOLDER = examples_folder() / "cases"
CASES = sorted(path.stem for path in FOLDER.glob("*.toml") if "mission/1" in path.read_text("utf-8"))
TRUTHS = [truth for truth in read_truths() if truth.quantity]

_planned = cache(planned)


def _parameters() -> list[object]:
    return [
        pytest.param(
            c,
            id=c.id,
            marks=[pytest.mark.xfail(reason=c.cause, strict=True, raises=AssertionError)] if c.cause else [],
        )
        for c in TRUTHS
    ]


@pytest.mark.slow
@pytest.mark.parametrize("truth", _parameters())
def test_a_case_comes_out_as_published(truth: Truth) -> None:
    ours = measured(_planned(truth.group), truth.quantity)
    assert abs(ours - truth.reference) <= truth.tolerance, (
        f"{ours:.6g} for {truth.reference:.6g} +- {truth.tolerance:.3g} {truth.unit}"
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
    assert {truth.group for truth in TRUTHS} == {*CASES, "delta-iii"}


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


def _blocks(page: str, starting: str) -> list[str]:
    """The TOML blocks of a page that begin with a format."""
    text = (ROOT / page).read_text("utf-8")
    return [
        b for b in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if b.startswith(f'format = "{starting}')
    ]


@pytest.mark.parametrize("page", ["README.md", "docs/files.md"])
def test_the_vehicle_that_a_page_shows_is_read_and_its_mission_resolved(page: str, tmp_path: Path) -> None:
    (vehicle,) = _blocks(page, "cosmodrome-vehicle/")
    (tmp_path / "mine.toml").write_text(vehicle, "utf-8")
    (mission,) = _blocks("README.md", "cosmodrome-mission/")
    heat_flux = "\n[limits]\nfairing_heat_flux_w_m2 = 1135\n"
    (tmp_path / "mission.toml").write_text(mission + heat_flux, "utf-8")
    assert resolve(read_mission(tmp_path / "mission.toml")).vehicle.last_stage.id == "second"


def test_the_mission_that_docs_show_is_read_and_resolved(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "files.md").read_text("utf-8")
    (mission,) = re.findall(r'```toml\n(format  = "cosmodrome-mission/1".*?)```', text, re.DOTALL)
    (tmp_path / "mission.toml").write_text(mission, "utf-8")
    assert resolve(read_mission(tmp_path / "mission.toml")).site.id == "vostochny-1s"


def test_the_site_that_docs_show_is_read(tmp_path: Path) -> None:
    (site,) = _blocks("docs/files.md", "cosmodrome-site/")
    (tmp_path / "pad.toml").write_text(site, "utf-8")
    assert load_site(tmp_path / "pad.toml").height_m == 278.0


@pytest.mark.slow
@pytest.mark.parametrize("page", ["README.md", "docs/files.md"])
def test_the_vehicle_that_a_page_shows_flies_to_its_mission(page: str, tmp_path: Path) -> None:
    (vehicle,) = _blocks(page, "cosmodrome-vehicle/")
    (tmp_path / "mine.toml").write_text(vehicle, "utf-8")
    (mission,) = _blocks("README.md", "cosmodrome-mission/")
    heat_flux = "\n[limits]\nfairing_heat_flux_w_m2 = 1135\n"
    (tmp_path / "mission.toml").write_text(mission + heat_flux, "utf-8")
    found = plan(read_mission(tmp_path / "mission.toml"))
    assert found.status == "verified", found.diagnosis
