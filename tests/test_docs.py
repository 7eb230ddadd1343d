"""The documentation agrees with the program: links lead somewhere, pages exist, its commands and files are accepted."""

import ast
import importlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest

import cosmodrome
from cosmodrome.catalogue.load import load_vehicle
from cosmodrome.cli import verbs
from cosmodrome.mission.read import read_mission
from cosmodrome.physics.equation import EQUATIONS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(p for p in DOCS.rglob("*.md") if not {"_build", "notebooks"} & set(p.relative_to(DOCS).parts))
PHYSICS = sorted(p.stem for p in (ROOT / "src/cosmodrome/physics").glob("*.py") if p.stem != "__init__")


def blocks(language, pages=None):
    """(page and number, text) of every fenced block of a language."""
    found = []
    for page in pages or [*PAGES, ROOT / "README.md"]:
        texts = re.findall(rf"^ *```{language}\n(.*?)^ *```$", page.read_text("utf-8"), re.M | re.S)
        found += [pytest.param(text, id=f"{page.relative_to(ROOT)}-{k}") for k, text in enumerate(texts, 1)]
    return found


def anchors(page):
    """The names by which headings of a page are linked to."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "page",
    [*PAGES, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md"))],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_links_lead_to_files_and_headings_of_the_repository(page):
    prose = re.sub(r"^ *```.*?^ *```$|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{target} is nowhere"
        assert not heading or heading in anchors(path), f"{target} has no such heading"


@pytest.mark.parametrize("name", PHYSICS)
def test_every_file_of_physics_has_its_theory_page_that_names_each_equation(name):
    page = (DOCS / "theory" / f"{name}.md").read_text("utf-8")
    importlib.import_module(f"cosmodrome.physics.{name}")
    assert f"physics/{name}.py" in page
    assert "\n**Domain and edges.** " in page
    assert "\n**Tested** in `tests/" in page
    mine = [e.__name__ for e in EQUATIONS if e.__module__ == f"cosmodrome.physics.{name}"]
    missing = [e for e in mine if not e.startswith("_") and f"`{e}`" not in page]
    assert missing == []


def test_every_theory_page_is_of_a_file_of_physics():
    assert sorted(p.stem for p in (DOCS / "theory").glob("*.md")) == PHYSICS


@pytest.mark.parametrize("page", sorted((DOCS / "theory").glob("*.md")), ids=lambda p: p.stem)
def test_the_tests_that_a_theory_page_names_exist(page):
    for path in re.findall(r"`((?:tests|ascent|flight)/[\w/.]*)`", page.read_text("utf-8")):
        assert (ROOT / path).exists() or (ROOT / "src/cosmodrome" / path).exists(), path


def test_every_public_name_is_in_the_reference():
    reference = (DOCS / "reference/python.md").read_text("utf-8")
    named = set(re.findall(r"^\.\. auto\w+:: (\w+)$", reference, re.M))
    assert named == set(cosmodrome.__all__) - {"__version__"}


def test_every_public_name_says_what_it_is():
    for name in set(cosmodrome.__all__) - {"__version__"}:
        assert len(getattr(cosmodrome, name).__doc__) > 60, name


def test_every_schema_is_among_the_formats():
    page = (DOCS / "reference/formats.md").read_text("utf-8")
    for schema in (ROOT / "src/cosmodrome/schemas").glob("*.json"):
        stated = re.search(r"cosmodrome-\w+/\d+", json.dumps(json.loads(schema.read_text("utf-8"))))
        assert schema.name in page
        assert stated is None or f"`{stated[0]}`" in page


@pytest.mark.parametrize("text", blocks("sh"))
def test_every_command_in_the_documentation_is_one(text):
    for line in text.splitlines():
        words = line.partition("#")[0].replace(".venv/bin/", "")
        for command in re.findall(r"(?:^|&& )cosmodrome ([^&>|]*)", words):
            check_command(split(command))


def split(command):
    return [quoted or word for quoted, word in re.findall(r'"([^"]*)"|(\S+)', command)]


def check_command(words):
    """Let click read the words as it would, but for whether the files are there; an unknown verb or option raises."""
    verb = verbs.get_command(click.Context(verbs), words[0])
    assert verb is not None, f"there is no verb {words[0]}"
    known = {option for p in verb.params for option in (*p.opts, *p.secondary_opts)} | {"--help", "--version"}
    unknown = [word for word in words[1:] if word.startswith("-") and word not in known]
    assert unknown == []


@pytest.mark.parametrize("text", blocks("toml"))
def test_every_file_in_the_documentation_is_read(text, tmp_path):
    data = tomllib.loads(text)
    path = tmp_path / "shown.toml"
    path.write_text(text, encoding="utf-8")
    kind = data.get("format", "")
    if kind.startswith("cosmodrome-mission") and "target" in data:
        assert read_mission(path).vehicle == data["vehicle"]
    elif kind.startswith("cosmodrome-vehicle") and "drag.csv" not in text:
        assert load_vehicle(path).name == data["name"]


@pytest.mark.parametrize("text", blocks("python"))
def test_every_piece_of_python_in_the_documentation_asks_for_what_exists(text):
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "cosmodrome"
        ):
            assert hasattr(cosmodrome, node.attr), node.attr


class Fetched(HTMLParser):
    """What a page makes a browser fetch: not where its links lead."""

    def __init__(self, text):
        super().__init__()
        self.urls = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("src", "srcset", "data", "poster") or (
                name == "href" and tag in ("link", "use", "image")
            ):
                self.urls.append(value or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built pages; without network where the system allows to take it away."""
    pytest.importorskip("sphinx")
    pytest.importorskip("myst_nb")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "--keep-going", "-d", folder / "doctrees"]
    alone = ["unshare", "--net"]
    if (
        shutil.which("unshare")
        and subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    ):
        command = [*alone, *command]
    done = subprocess.run(
        [*command, DOCS, folder / "html"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.mark.oracle
def test_the_pages_build_without_a_warning_and_ask_nobody_for_anything(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        outward = [url for url in Fetched(page.read_text("utf-8")).urls if re.match(r"(https?:)?//", url)]
        assert outward == [], page.name
    for style in site.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", style.read_text("utf-8"), flags=re.S)
        assert not re.search(r"""(@import|url\()\s*["']?(https?:)?//""", text), style.name


@pytest.mark.oracle
def test_the_command_line_and_the_nouns_are_told_from_the_source(site):
    commands = (site / "reference/command-line.html").read_text("utf-8")
    assert all(
        f"cosmodrome {name}" in re.sub(r"<[^>]*>|-", " ", commands) or name in commands
        for name in verbs.commands
    )
    nouns = (site / "reference/python.html").read_text("utf-8")
    assert 'id="cosmodrome.Plan.to_pandas"' in nouns
    assert 'id="cosmodrome.Flight.columns"' in nouns
