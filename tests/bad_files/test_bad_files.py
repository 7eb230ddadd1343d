"""Every file of the corpus ends in exit code 2 and one sentence, soon, in little memory, and nothing is written.

The corpus lies in `cases/` by theme, what is too large or too odd for that is made by `made.py`, and `index.md` says of
each case what its sentence must name.  A worker reads all of it through the real command line; a sample is read in
processes of its own.
"""

import functools
import json
import os
import resource
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

import cosmodrome
from tests.bad_files import made, worker
from tests.bad_files.corpus import HERE, Case, read_index

INDEX = read_index()
THEMES = sorted({case.theme for case in INDEX})
# how a case of a theme is asked about where its own path is not enough
AROUND = {"plans": ("--plan",), "surveys": ("--vary", made.VARY, "--resume", "-o")}
SOUND = HERE / "cases/mission/sound.toml"
LIGHT = ("cosmodrome.commands.checking", "cosmodrome.commands.flying")
HEAVY = (*LIGHT, "cosmodrome.run", "cosmodrome.commands.performing", "cosmodrome.survey.performance")
# a case for each kind of thing that can be wrong, and those that try memory and time the most
ALONE = (
    "text/utf-16-little.toml", "mission/perigee-nan.toml", "vehicle/mass-negative.toml", "wind/web-page.csv",
    "huge/brackets-5000.toml", "links/link-to-endless-zeros.toml", "plans/trajectory-cut",
)  # fmt: skip
ALONE_TOO = (
    "text/empty.toml", "text/key-twice.toml", "text/decimal-comma.toml", "text/picture.toml",
    "mission/target-suborbital.toml", "mission/vehicle-unknown.toml", "vehicle/circle-of-two.toml",
    "vehicle/stages-1000.toml", "vehicle/throttle-of-30000-rows.toml", "wind/altitude-falls.csv",
    "wind/rows-a-mebibyte.csv", "atmosphere/density-rises.csv", "drag/drag-negative.csv", "attitude/time-falls.csv",
    "huge/integer-of-5000-digits.toml", "huge/dots-20000.toml", "huge/file-of-a-gibibyte.toml",
    "huge/sequence-of-12000.toml", "huge/unknown-tables-28000.toml", "links/mission-a-pipe.toml",
    "surveys/journal-no-json", "surveys/journal-a-link-to-endless-zeros",
)  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A copy of the whole corpus, with the missions that name its tables and vehicles."""
    root = tmp_path_factory.mktemp("bad") / "files"
    made.copy_corpus(root)
    for case in INDEX:
        for verb in case.verbs:
            arguments(case, verb, root)
    (root / "home").mkdir()
    return root


def arguments(case: Case, verb: str, corpus: Path) -> tuple[Path, list[str]]:
    """The folder to stand in and the command line that gives the case to the verb."""
    folder = corpus / case.theme
    if case.theme in AROUND:
        if not (folder / "mission.toml").exists():
            shutil.copyfile(SOUND, folder / "mission.toml")
        return folder, [verb, "mission.toml", *AROUND[case.theme], case.name]
    around = HERE / "around" / f"{case.theme}.toml"
    if not around.exists() or (case.theme == "vehicle" and verb == "check"):
        return folder, [verb, case.name]
    mission = folder / f"with-{case.name}.toml"
    if not mission.exists():
        mission.write_text(around.read_text(encoding="utf-8").replace("CASE", case.name), encoding="utf-8")
    return folder, ["check" if case.theme == "drag" else verb, mission.name]


def environment(corpus: Path) -> dict[str, str]:
    """The environment of a child: this package, and a home inside the corpus so that what it writes there is seen."""
    home = corpus / "home"
    ours = {"PYTHONPATH": os.pathsep.join([str(Path(cosmodrome.__file__).parents[1]), str(HERE.parents[1])])}
    # each thread of a linear-algebra library would reserve address space of its own
    return os.environ | ours | {"HOME": str(home), "TMPDIR": str(home), "OPENBLAS_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def questions():
    """Every case with each of its verbs, by what is imported beforehand; most need nothing slow."""
    asked: dict[tuple[str, ...], list[tuple[Case, str]]] = {LIGHT: [], HEAVY: []}
    for case in INDEX:
        imports = HEAVY if case.theme in AROUND or case.verbs == ("fly",) else LIGHT
        asked[imports] += [(case, verb) for verb in case.verbs]
    return asked


@pytest.fixture(scope="module")
def endings(corpus, questions):
    """How each case ended with each of its verbs, {(theme/name, verb): ending}."""
    return ask(corpus, questions)


def ask(corpus: Path, questions: dict, *more: str) -> dict[tuple[str, str], dict]:
    """How each question ended, its command line lengthened by `more`; nothing may be written meanwhile."""
    before = worker.snapshot(corpus)
    found = {}
    for imports, asked in questions.items():
        calls = []
        for case, verb in asked:
            folder, line = arguments(case, verb, corpus)
            calls.append((str(folder), [*line, *more]))
        names = [(f"{case.theme}/{case.name}", verb) for case, verb in asked]
        found |= dict(zip(names, answers(corpus, imports, calls), strict=True))
    assert worker.snapshot(corpus) == before, "something was written"
    return found


def answers(corpus: Path, imports: tuple[str, ...], calls: list) -> list[dict]:
    """What the worker tells of the calls."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bad_files.worker"],
        input=json.dumps({"imports": imports, "sound": ["check", str(SOUND), "--json"], "calls": calls}),
        capture_output=True,
        text=True,
        cwd=HERE.parents[1],
        env=environment(corpus),
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_index_names_every_case_and_nothing_else():
    committed = {
        f"{path.parent.name}/{path.name}" for path in (HERE / "cases").glob("*/*") if path.stem != "sound"
    }
    named = [f"{case.theme}/{case.name}" for case in INDEX]
    assert sorted(named) == sorted(committed | made.CASES.keys())
    assert len(named) >= 200


@pytest.mark.parametrize("theme", THEMES)
def test_a_bad_file_ends_with_code_2_and_one_sentence_that_names_what_is_wrong(endings, theme):
    problems = []
    for case in (case for case in INDEX if case.theme == theme):
        for verb in case.verbs:
            ending = endings[f"{theme}/{case.name}", verb]
            problems += [f"{verb} {case.name}: {what}" for what in complaints(case, ending)]
    assert problems == []


def complaints(case: Case, ending: dict) -> list[str]:
    """What is not as it should be about an ending; empty for a good one."""
    sentence = ending["err"]
    found = [f"code {ending['code']}: {sentence[-300:]}"] if ending["code"] != 2 else []
    if len(sentence.splitlines()) != 1 or ending["out"]:
        found.append(f"not one sentence: {sentence[-300:]} {ending['out'][:100]}")
    if "Traceback" in sentence:
        found.append("a traceback")
    if not sentence.startswith(f"{case.file}: "):
        found.append(f"the file {case.file} is not named: {sentence}")
    found += [f"{word} is not named: {sentence}" for word in case.words if word not in sentence]
    if len(sentence) > 700:
        found.append(f"{len(sentence)} letters are no sentence")
    if ending["seconds"] > worker.MOST_SECONDS:
        found.append(f"took {ending['seconds']:.1f} s")
    return found


@functools.cache
def error_schema():
    """The committed schema of an error object."""
    return json.loads(
        (resources.files("cosmodrome") / "schemas/error.schema.json").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize(
    "theme",
    [theme if theme == "mission" else pytest.param(theme, marks=pytest.mark.slow) for theme in THEMES],
)
def test_the_same_endings_as_json_are_one_object_with_the_fields(corpus, questions, endings, theme):
    chosen = {imports: [q for q in asked if q[0].theme == theme] for imports, asked in questions.items()}
    cases = {f"{case.theme}/{case.name}": case for case in INDEX}
    for (name, verb), told in ask(corpus, chosen, "--json").items():
        record = json.loads(told["out"])
        jsonschema.validate(record, error_schema())
        assert (told["code"], told["err"]) == (2, ""), name
        assert record["message"] == endings[name, verb]["err"].strip(), name
        assert Path(record["file"]).name == cases[name].file, name
        assert not cases[name].key or record["key"] is not None, name


@pytest.mark.parametrize(
    "name", [*ALONE, *(pytest.param(name, marks=pytest.mark.slow) for name in ALONE_TOO)]
)
def test_a_bad_file_ends_soon_in_a_small_process_of_its_own(corpus, name):
    case = next(case for case in INDEX if f"{case.theme}/{case.name}" == name)
    folder, line = arguments(case, case.verbs[0], corpus)
    before, used = worker.snapshot(corpus), resource.getrusage(resource.RUSAGE_CHILDREN)
    limits = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({worker.ADDRESS_SPACE},) * 2); "
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            limits + "import sys; from cosmodrome.cli import main; sys.exit(main())",
            *line,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment(corpus),
        # the clock on the wall counts what neighbours do, too: what must be short is the processor's time
        timeout=10.0 * worker.MOST_SECONDS,
        check=False,
    )
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    ending = {"code": done.returncode, "out": done.stdout, "err": done.stderr, "seconds": seconds}
    assert complaints(case, ending) == []
    assert worker.snapshot(corpus) == before


def test_the_worker_would_see_a_file_that_is_written_and_an_end_that_is_late(tmp_path):
    before = worker.snapshot(tmp_path)
    (tmp_path / "new").touch()
    assert worker.snapshot(tmp_path) != before
    case = Case("text", "a.toml", ("check",), "a.toml", ("word",), "word")
    good = {"code": 2, "out": "", "err": "a.toml: word\n", "seconds": 0.1}
    assert complaints(case, good) == []
    for change in (
        {"code": 0},
        {"out": "x"},
        {"err": "a.toml: wort\n"},
        {"err": "b.toml: word\n"},
        {"err": "a.toml: word\nTraceback\n"},
        {"seconds": 9.0},
    ):
        assert complaints(case, good | change) != []


@pytest.mark.parametrize("theme", ["mission", "vehicle", "wind", "atmosphere", "drag", "attitude"])
def test_the_file_that_a_theme_spoils_is_sound(corpus, theme, monkeypatch, capsys):
    sound = next((HERE / "cases" / theme).glob("sound.*")).name
    folder, line = arguments(Case(theme, sound, (), sound, (), ""), "check", corpus)
    monkeypatch.chdir(folder)
    from cosmodrome.cli import main

    assert main(line) == 0, capsys.readouterr().err


def test_the_workers_memory_is_bounded():
    code = "from tests.bad_files.worker import ADDRESS_SPACE, bound; bound(); bytearray(ADDRESS_SPACE)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=HERE.parents[1], check=False
    )
    assert "MemoryError" in done.stderr
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != worker.ADDRESS_SPACE
