"""A compiled kernel is never older than its sources: the cache folder is named by a hash of them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cosmodrome
from cosmodrome.flight import kernel

PACKAGE = Path(cosmodrome.__file__).parent

SCRIPT = """
from cosmodrome.flight.kernel import compiled
from cosmodrome.physics.heating import free_molecular_heat_flux

@compiled
def flux(rho, v):
    return free_molecular_heat_flux(rho, v)

print(flux(2.0, 3.0), sum(flux.stats.cache_hits.values()))
"""


@pytest.fixture
def copy(tmp_path):
    """A copy of the sources that kernels are made from."""
    root = tmp_path / "source" / "cosmodrome"
    shutil.copytree(PACKAGE, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.mark.parametrize(
    "edited", ["physics/gravity.py", "physics/equation.py", "flight/kernel.py", "flight/dop853.csv"]
)
def test_the_hash_changes_with_one_byte_of_any_source(copy, monkeypatch, edited):
    monkeypatch.setattr(kernel, "files", lambda package: copy)
    before = kernel.source_hash()
    assert before == kernel.source_hash()
    source = copy / edited
    source.write_bytes(source.read_bytes() + b"#")
    changed = kernel.source_hash()
    assert changed != before
    source.write_bytes(source.read_bytes()[:-1])
    assert kernel.source_hash() == before


def test_the_hash_changes_with_a_renamed_source(copy, monkeypatch):
    monkeypatch.setattr(kernel, "files", lambda package: copy)
    before = kernel.source_hash()
    (copy / "physics" / "wind.py").rename(copy / "physics" / "breeze.py")
    assert kernel.source_hash() != before


def test_the_cache_lies_where_the_user_says(monkeypatch, tmp_path):
    monkeypatch.setenv("COSMODROME_CACHE_DIR", str(tmp_path / "here"))
    assert kernel.cache_folder() == tmp_path / "here" / kernel.source_hash()
    monkeypatch.delenv("COSMODROME_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert kernel.cache_folder() == tmp_path / "caches" / "cosmodrome" / kernel.source_hash()


def test_an_equation_edited_elsewhere_is_recompiled_and_an_unchanged_one_is_not(copy, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)

    def run():
        environment = {
            "PYTHONPATH": str(copy.parent),
            "COSMODROME_CACHE_DIR": str(tmp_path / "cache"),
            "HOME": str(tmp_path),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            [sys.executable, str(script)], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.split()

    assert run() == ["27.0", "0"]
    assert run() == ["27.0", "1"], "the second process finds the kernel of the first"
    heating = copy / "physics" / "heating.py"
    heating.write_text(heating.read_text().replace("return 0.5 * rho", "return 1.5 * rho"))
    assert run() == ["81.0", "0"], "the script did not change, but the equation did"
