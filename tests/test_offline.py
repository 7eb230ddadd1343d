"""Nothing goes out: a whole run works without any network, and tries for none."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cosmodrome

EXAMPLE = Path(__file__).parents[1] / "examples" / "vostochny-leo.toml"
# An audit hook sees every attempt in the interpreter and ends the process, whatever the caller would make of an error.
GUARDED = """
import os, sys
OUTWARD = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request",
           "http.client.connect", "ftplib.connect", "smtplib.connect")
def guard(event, arguments):
    if event in OUTWARD:
        print(f"attempted {event} {arguments!r}", file=sys.stderr, flush=True)
        os._exit(99)
sys.addaudithook(guard)
"""
RUN = "from cosmodrome.cli import main; sys.exit(main())"


def guarded(code, *arguments, cwd, command=()):
    """A finished process that runs the code behind the guard."""
    package = str(Path(cosmodrome.__file__).parents[1])
    return subprocess.run(
        [*command, sys.executable, "-c", GUARDED + code, *arguments],
        cwd=cwd, env=os.environ | {"PYTHONPATH": package}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def without_network():
    """The command that gives a process a network without any interface."""
    command = ["unshare", "--net"]
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    done = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"a process without network is not permitted here: {done.stderr.strip()}")
    return command


def test_a_whole_run_succeeds_without_network_and_attempts_no_connection(tmp_path, without_network):
    shutil.copy(EXAMPLE, tmp_path)
    done = guarded(RUN, "run", EXAMPLE.name, "-o", "out", "--json", cwd=tmp_path, command=without_network)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "verified"
    assert (tmp_path / "out/figures/ground_track.png").exists()


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), 0.1)",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import urllib.request; urllib.request.urlopen('http://192.0.2.1/', timeout=0.1)",
    ],
)
def test_the_guard_sees_an_attempt(tmp_path, without_network, attempt):
    done = guarded(attempt, cwd=tmp_path, command=without_network)
    assert done.returncode == 99
    assert "attempted" in done.stderr


def test_the_network_is_really_gone(tmp_path, without_network):
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 1.0)"
    done = subprocess.run(
        [*without_network, sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert "Network is unreachable" in done.stderr
