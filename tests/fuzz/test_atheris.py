"""A short run of each target of atheris, from the corpus of bad files: long runs are made by hand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cosmodrome
from tests.fuzz import readers

pytestmark = pytest.mark.oracle
TARGET = Path(__file__).with_name("atheris_target.py")


@pytest.mark.parametrize("kind", ["toml", "mission", "vehicle", *readers.TABLES])
def test_a_target_runs_without_a_find(tmp_path, kind):
    pytest.importorskip("atheris")
    (tmp_path / "new").mkdir()
    seeds = readers.SOUND / ("text" if kind == "toml" else kind)
    done = subprocess.run(
        [sys.executable, str(TARGET), kind, "-runs=1000", "-max_len=4096", "new", str(seeds)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(cosmodrome.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(re.search(r"Done (\d+) runs", done.stderr)[1]) >= 1000
    assert not list(tmp_path.glob("crash-*"))
