"""On a full disk, in a read-only folder, by a signal: it ends with one sentence and leaves nothing half-written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import cosmodrome
from cosmodrome.cli import main
from cosmodrome.reporting.folder import write_run_folder
from tests import rockets
from tests.reporting import synthetic

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "vostochny-leo.toml"
# A planner that answers at once, or after it has said where it stands and slept there, as the argument says.
STUB = """
import sys, time, types
from pathlib import Path
from types import SimpleNamespace
from tests.reporting import synthetic
where = sys.argv.pop(1)
def wait(place):
    if place == where:
        Path("ready").touch()
        time.sleep(30)
def run(mission, progress):
    progress("planning")
    wait("planning")
    return SimpleNamespace(
        result=synthetic.result(), columns=synthetic.columns(), programme=synthetic.PROGRAMME, exit_code=0,
        background={"reached": {"ltan_h": None}, "objective": {"maximize": "payload"}},
        texts={"report.html": "<!doctype html>"},
    )
sys.modules["cosmodrome.run"] = types.SimpleNamespace(run=run)
import cosmodrome.reporting.figures as figures
figures.draw_figures = lambda *_: wait("writing")
import cosmodrome.reporting.summary as summary
summary.write_summary = lambda *_, **__: wait("telling")
from cosmodrome.cli import main
sys.exit(main())
"""


@pytest.fixture
def mounted(tmp_path):
    """A function that mounts a memory disk with a mission on it, and remounts it with other options."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"a memory disk cannot be mounted here: {done.stderr.strip()}")
        return place

    try:
        yield mount
    finally:
        os.chdir(tmp_path)
        subprocess.run(["umount", str(place)], capture_output=True, check=False)


@pytest.fixture
def full_disk(mounted, monkeypatch):
    """A disk of 256 KiB, with a mission and a rocket on it, as the working folder."""
    place = mounted("size=256k")
    monkeypatch.chdir(place)
    rockets.write_files(place)
    return place


@pytest.fixture
def frozen_disk(mounted, monkeypatch):
    """A read-only disk with a mission and a rocket on it, as the working folder."""
    place = mounted("size=256k")
    rockets.write_files(place)
    mounted("remount,ro")
    monkeypatch.chdir(place)
    return place


def files(folder):
    """Every path below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def fill(disk, room):
    """Leave `room` pages of 4 KiB on the disk."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    (disk / "filler").write_bytes(b"0" * (free - 4096 * room))


def ended(arguments, capsys):
    """The exit code of a command line, and the one sentence that it said."""
    code = main([str(argument) for argument in arguments])
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    return code, lines[0]


# --- full disk, read-only folder ---


def test_a_full_disk_ends_in_one_sentence_without_a_run_folder(full_disk):
    fill(full_disk, room=8)
    before = files(full_disk)
    done = start("nowhere", "run", "mission.toml", cwd=full_disk)
    out, err = done.communicate(timeout=60)
    assert (done.returncode, out) == (2, "")
    assert err == "mission-run: the run folder could not be written: No space left on device\n"
    assert files(full_disk) == before


@pytest.mark.parametrize("room", [0, 1, 2, 4, 8, 12, 16, 24])
def test_wherever_the_disk_becomes_full_nothing_is_left(full_disk, room):
    fill(full_disk, room)
    before = files(full_disk)
    with pytest.raises(cosmodrome.errors.ExportError, match="No space left on device"):
        write_run_folder(
            Path("out"), synthetic.result(), synthetic.columns(), b"x" * 60_000, "name", synthetic.PROGRAMME,
            with_figures=False,
        )  # fmt: skip
    assert files(full_disk) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "mission.toml"],
        ["plan", "mission.toml", "-o", "out"],
        ["fly", "mission.toml", "-o", "out"],
        ["performance", "mission.toml", "--vary", "target.inclination_deg=20,30"],
        ["new", "mine.toml", "--vehicle", "soyuz-2.1b", "--site", "vostochny-1s", "--orbit", "sso 500 km"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_read_only_folder_is_refused_before_anything_is_planned(frozen_disk, capsys, arguments):
    begun = time.process_time()
    code, sentence = ended(arguments, capsys)
    assert code == 2
    assert "read-only" in sentence.lower() or "not writable" in sentence
    # a plan of this rocket takes seconds, and importing the solver most of one
    assert time.process_time() - begun < 1.0
    assert files(frozen_disk) == ["mission.toml", "rocket.toml"]


def test_checking_needs_no_place_to_write(frozen_disk, capsys):
    assert main(["check", "mission.toml"]) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "arguments", [["check", "mission.toml"], ["check", "mission.toml", "--json"], ["--help"]]
)
def test_output_that_cannot_be_written_ends_in_one_sentence(tmp_path, arguments):
    rockets.write_files(tmp_path)
    code = "import sys; from cosmodrome.cli import main; sys.exit(main())"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "The output could not be written: no space left on device.\n"


# --- signals ---


def environment():
    """The environment of a child that finds this package and these tests."""
    package = Path(cosmodrome.__file__).parents[1]
    return {**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{ROOT}"}


def start(where, *arguments, cwd):
    """A process that runs the command line with the stub of a planner, which waits at that place."""
    return subprocess.Popen(
        [sys.executable, "-c", STUB, where, *arguments],
        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
    )  # fmt: skip


def wait_for(path, process):
    """Return when the file is there; the test fails when the process ends before."""
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("where", ["planning", "writing"])
def test_a_signal_ends_it_with_130_one_sentence_and_no_folder(tmp_path, where, number):
    rockets.write_files(tmp_path)
    process = start(where, "run", "mission.toml", cwd=tmp_path)
    wait_for(tmp_path / "ready", process)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == "Interrupted; no result was written."
    assert files(tmp_path) == ["mission.toml", "ready", "rocket.toml"]


def test_a_signal_after_the_folder_is_written_says_where_the_result_is(tmp_path):
    rockets.write_files(tmp_path)
    process = start("telling", "run", "mission.toml", cwd=tmp_path)
    wait_for(tmp_path / "ready", process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.strip() == "Interrupted; the result is in mission-run."
    assert json.loads((tmp_path / "mission-run/result.json").read_text())["payload_kg"] == 8213.4


def test_a_termination_is_left_to_who_handles_it_already(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    rockets.write_files(tmp_path)
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        assert main(["check", "mission.toml"]) == 0
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
    assert main(["check", "mission.toml"]) == 0
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_where_interrupts_are_ignored_a_termination_still_kills(tmp_path):
    rockets.write_files(tmp_path)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child inherits it, as under nohup
    try:
        process = start("planning", "run", "mission.toml", cwd=tmp_path)
    finally:
        signal.signal(signal.SIGINT, before)
    wait_for(tmp_path / "ready", process)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == -signal.SIGTERM
    process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_at_any_moment_of_a_real_run_leaves_all_or_nothing(tmp_path, number):
    """From 0.2 s on: until Python has started and read this package, a signal is Python's own to tell."""
    shutil.copy(EXAMPLE, tmp_path / "m.toml")
    code = "import sys; from cosmodrome.cli import main; sys.exit(main())"
    delay_s, endings = 0.2, []
    while 0 not in endings:
        process = subprocess.Popen(
            [sys.executable, "-c", code, "run", "m.toml"],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
        )  # fmt: skip
        time.sleep(delay_s)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        folder = tmp_path / "m-run"
        # what comes when all is said finds Python putting itself away, and ends it in the system's way
        is_done = process.returncode in (0, -number) and out.endswith("Run folder: m-run\n")
        assert is_done or process.returncode == 130, (delay_s, err)
        if not is_done:
            told = "the result is in m-run" if folder.exists() else "no result was written"
            assert err.strip() == f"Interrupted; {told}.", delay_s
        assert sorted(p.name for p in tmp_path.iterdir()) in (["m.toml"], ["m-run", "m.toml"]), delay_s
        if folder.exists():
            assert {"result.json", "trajectory.parquet", "mission.toml", "figures"} <= {
                p.name for p in folder.iterdir()
            }
            shutil.rmtree(folder)
        endings.append(0 if is_done else process.returncode)
        delay_s += 0.35
    assert endings.count(130) >= 5
