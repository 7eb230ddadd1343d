"""The tools of the supply chain: licences, bill of materials, constraints."""

import hashlib
import json
import subprocess
import sys
from importlib.metadata import PathDistribution

import pytest

from tools import check_licences, installed, renew_constraints, write_sbom


@pytest.fixture
def package(tmp_path):
    """A function that makes an installed package with those metadata and files."""

    def make(*metadata: str, files: tuple[str, ...] = (), name: str = "thing") -> PathDistribution:
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("\n".join([f"Name: {name}", "Version: 1.0", *metadata, "", ""]))
        for file in files:
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_bytes(b"code")
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
        return PathDistribution(info)

    return make


# --- licences ---


def test_everything_that_runs_has_an_allowed_licence_and_stands_in_notice():
    done = subprocess.run(
        [sys.executable, "tools/check_licences.py"],
        cwd=installed.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert len(installed.closure()) >= 20


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ("License-Expression: GPL-3.0-or-later", "GPL-3.0-or-later is not allowed"),
        ("License-Expression: AGPL-3.0-only", "AGPL-3.0-only is not allowed"),
        ("License-Expression: LGPL-3.0-or-later", "LGPL-3.0-or-later is not allowed"),
        ("License-Expression: MIT AND GPL-2.0-only", "is not allowed"),
        ("License: BSD", 'says "BSD" of its licence and is not in licences.toml'),
        ("Classifier: License :: OSI Approved :: MIT License", "is not in licences.toml"),
        ("Summary: says nothing", 'says "" of its licence'),
    ],
)
def test_another_licence_is_a_problem(package, metadata, words):
    (problem,) = check_licences.package_problems({"thing": package(metadata)})
    assert problem.startswith("thing: ")
    assert words in problem


@pytest.mark.parametrize("expression", ["MIT", "GPL-3.0-only OR MIT", "BSD-3-Clause AND MIT"])
def test_an_allowed_licence_is_none(package, expression):
    assert check_licences.package_problems({"thing": package(f"License-Expression: {expression}")}) == []


def test_a_package_that_changes_what_it_says_must_be_read_again(package):
    (problem,) = check_licences.package_problems({"numba": package("License: Proprietary", name="numba")})
    assert 'says "Proprietary" of its licence and said "BSD" when it was read' in problem


def test_a_library_that_nobody_named_is_a_problem(package):
    thing = package(
        "License-Expression: MIT", files=("thing.libs/libsecret.so.1", "thing/own.cpython-311.so")
    )
    found, unknown = installed.natives({"thing": thing})
    assert (found, unknown) == ([], ["thing: libsecret.so.1"])
    assert check_licences.native_problems(found, unknown) == [
        "thing: libsecret.so.1 is not named in licences.toml"
    ]


def test_a_copyleft_library_is_allowed_inside_a_wheel_alone(package):
    thing = package("License-Expression: MIT", files=("thing.libs/libipopt.so.3.14.1",))
    found, unknown = installed.natives({"thing": thing})
    assert [(n.name, n.spdx, n.version) for n in found] == [("IPOPT", "EPL-2.0", "3.14.1")]
    assert check_licences.native_problems(found, unknown) == []
    assert not check_licences.is_allowed("EPL-2.0", set(installed.rules()["allowed"]))


def test_a_package_that_notice_does_not_name_is_a_problem(package):
    problems = check_licences.notice_problems({"numpy": package()}, "It stands on PyArrow.")
    assert problems == ["numpy: is not named in NOTICE"]


# --- bill of materials ---


@pytest.fixture(scope="module")
def bill():
    return write_sbom.bill()


def test_the_bill_names_every_package_and_the_native_code_in_them(bill):
    names = {component["name"].lower() for component in bill["components"]}
    assert {"numpy", "casadi", "pyarrow", "click"} <= names
    native = {
        "ipopt",
        "mumps",
        "metis",
        "openblas",
        "gcc run-time libraries",
        "llvm",
        "proj",
        "apache arrow c++",
        "freetype",
    }
    assert native <= names
    ipopt = next(component for component in bill["components"] if component["name"] == "IPOPT")
    assert ipopt["version"].startswith("3.")
    assert ipopt["licenses"] == [{"expression": "EPL-2.0"}]


def test_the_hashes_of_the_bill_are_those_of_the_files(bill):
    package = installed.closure()["casadi"]
    metis = next(component for component in bill["components"] if component["name"] == "METIS")
    files = {path.name: path for path in installed.libraries(package)}
    for file in metis["components"]:
        digest = hashlib.sha256(files[file["name"]].read_bytes()).hexdigest()
        assert file["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert metis["components"]


def test_every_dependency_in_the_bill_is_a_component_of_it(bill):
    known = {component["bom-ref"] for component in bill["components"]}
    assert len(known) == len(bill["components"])
    for dependency in bill["dependencies"]:
        assert set(dependency["dependsOn"]) <= known
    ours = next(d for d in bill["dependencies"] if d["ref"] == "cosmodrome")
    assert {"casadi", "numba", "rich"} <= set(ours["dependsOn"])


def test_the_same_environment_gives_the_same_bytes(bill, tmp_path):
    path = tmp_path / "sbom.json"
    subprocess.run(
        [sys.executable, "tools/write_sbom.py", str(path)],
        cwd=installed.ROOT,
        check=True,
        capture_output=True,
    )
    assert json.loads(path.read_text()) == json.loads(json.dumps(bill))


# --- constraints ---


def test_every_package_that_runs_is_pinned():
    pins = renew_constraints.pinned(renew_constraints.FILE.read_text(encoding="utf-8"))
    assert installed.closure().keys() <= pins.keys()
    assert all(version for version in pins.values())


def test_renewed_constraints_keep_their_heading_and_pin_what_is_installed():
    text = renew_constraints.renewed("# why\n# how\nlong-gone==0.1\n")
    assert text.startswith("# why\n# how\n")
    pins = renew_constraints.pinned(text)
    assert "long-gone" not in pins
    assert {"cosmodrome", "pip"}.isdisjoint(pins)
    assert pins["numpy"] == installed.closure()["numpy"].version


def test_names_are_the_same_however_they_are_written():
    assert renew_constraints.pinned("typing_extensions==4.1\n") == {"typing-extensions": "4.1"}
