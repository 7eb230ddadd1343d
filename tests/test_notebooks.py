"""Notebook manners: what plans, flights and surveys show, draw and tabulate; the example notebooks run as stored."""

import io
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import cosmodrome
from tests import rockets

EXAMPLES = Path(__file__).parents[1] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
# Kilobytes that a notebook may add to the repository.
LARGEST_KB = 600


@pytest.fixture(scope="module")
def mission_file(tmp_path_factory):
    return rockets.write_files(tmp_path_factory.mktemp("shown"))


@pytest.fixture(scope="module")
def plan(mission_file):
    return cosmodrome.plan(cosmodrome.read_mission(mission_file))


@pytest.fixture(scope="module")
def grounded(mission_file):
    """A plan of a rocket that cannot leave its pad: a diagnosis without a flight."""
    mission = cosmodrome.read_mission(mission_file)
    vehicle = cosmodrome.load_vehicle(mission.vehicle, mission.path)
    heavy = vehicle.with_value(f"{vehicle.stage_ids[0]}.dry_mass_kg", 1e6)
    return cosmodrome.plan(mission, vehicle=heavy)


@pytest.fixture(scope="module")
def survey(mission_file):
    return cosmodrome.performance(
        mission_file, ["target.inclination_deg=30,40", "target.altitude_km=220,260"]
    )


class Cells(HTMLParser):
    """The texts of a page's table cells and headings; every tag must close in order."""

    def __init__(self, page):
        super().__init__()
        self.open, self.texts = [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.texts.append(data)


def test_a_plan_shows_its_verdict_and_its_timeline(plan):
    page = plan._repr_html_()
    assert "verified" in page
    assert f"{plan.payload_kg:.1f}".rpartition(".")[2] in page
    names = [event.name for event in plan.flight.events if event.code in ("LIFTOFF", "PAYLOAD_SEP")]
    assert set(names) <= set(Cells(page).texts)
    assert "<script" not in page


def test_a_plan_without_a_flight_shows_why(grounded):
    assert grounded.status == "infeasible"
    assert grounded.diagnosis.code in grounded._repr_html_()
    assert "infeasible" in repr(grounded)


def test_a_flight_shows_its_masses_and_events_without_a_mission(plan):
    page = plan.flight._repr_html_()
    assert plan.flight.programme.name in page
    assert len([text for text in Cells(page).texts if text == "Lift-off"]) == 1


def test_a_survey_shows_one_cell_for_each_point(survey):
    texts = Cells(survey._repr_html_()).texts
    told = [float(re.sub(r"[^\d.]", "", text)) for text in texts if re.fullmatch(r"[\d\u202f]+\.\d\*?", text)]
    # a card tells payloads to a tenth of a kilogram
    assert told == pytest.approx(survey.payload_kg.ravel(), abs=0.051)


def test_what_they_are_called_fits_on_one_line(plan, survey):
    for noun in (plan, plan.flight, survey):
        assert repr(noun).startswith(f"<{type(noun).__name__} of ")
        assert len(repr(noun)) < 120
        assert "\n" not in repr(noun)


@pytest.mark.parametrize("figure", [None, "profile", "attitude", "ground_track", "delta_v", "limits"])
def test_a_plan_draws_every_figure_of_its_run_folder(plan, figure):
    drawn = plan.plot(figure)
    assert drawn._repr_png_().startswith(b"\x89PNG")
    picture = io.BytesIO()
    drawn.savefig(picture, format="svg")
    assert b"<svg" in picture.getvalue()


def test_drawing_touches_no_pyplot(mission_file):
    code = (
        "import sys, cosmodrome\n"
        f"plan = cosmodrome.plan(cosmodrome.read_mission({str(mission_file)!r}))\n"
        "plan.plot()._repr_png_(); plan._repr_html_()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert 'pandas' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_flight_alone_has_no_limits_to_draw(plan):
    assert plan.flight.plot("delta_v")._repr_png_()
    with pytest.raises(cosmodrome.CosmodromeError, match=r'figure = "limits" .*allowed: profile, attitude'):
        plan.flight.plot("limits")


def test_where_nothing_flew_there_is_nothing_to_draw(grounded):
    with pytest.raises(cosmodrome.CosmodromeError, match="no flight to plot: it is infeasible"):
        grounded.plot()


def test_a_survey_draws_its_one_figure(survey):
    assert survey.plot()._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(cosmodrome.CosmodromeError, match="allowed: performance"):
        survey.plot("profile")


def test_a_table_has_every_column_of_the_flight_and_its_unit(plan):
    pytest.importorskip("pandas")
    table = plan.to_pandas()
    columns = plan.flight.columns()
    assert list(table.attrs["units"]) == list(table.columns)
    assert set(table.columns) == set(columns)
    np.testing.assert_array_equal(table["altitude_m"], columns["altitude_m"])
    assert table.attrs["units"]["dynamic_pressure_pa"] == "Pa"
    assert plan.flight.to_pandas().equals(table)


def test_a_table_of_no_flight_has_the_columns_and_no_rows(plan, grounded):
    pytest.importorskip("pandas")
    assert list(grounded.to_pandas().columns) == list(plan.to_pandas().columns)
    assert len(grounded.to_pandas()) == 0


def test_a_table_of_a_survey_has_a_row_for_each_point(survey):
    pytest.importorskip("pandas")
    table = survey.to_pandas()
    assert table.attrs["units"]["target.inclination_deg"] == "deg"
    square = table.pivot(index="target.inclination_deg", columns="target.altitude_km", values="payload_kg")
    np.testing.assert_array_equal(square.to_numpy(), survey.payload_kg)


def test_without_pandas_the_table_says_what_to_install(plan, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(cosmodrome.CosmodromeError, match=r"^to_pandas needs pandas.*the extra `notebook`"):
        plan.to_pandas()


# --- The notebooks of examples/ ---


def outputs(notebook):
    """The text that each cell of code leaves behind: what it prints, and what its last line shows."""
    found = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.get("text") or output.get("data", {}).get("text/plain", "") for output in found]


def read(path):
    nbformat = pytest.importorskip("nbformat")
    return nbformat.read(path, as_version=4)


def test_there_are_three_notebooks():
    assert [path.name for path in NOTEBOOKS] == ["first-orbit.ipynb", "own-rocket.ipynb", "payload-map.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_small_and_executed_from_top_to_bottom(path):
    assert path.stat().st_size < LARGEST_KB * 1000
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert any("image/png" in output.get("data", {}) for cell in code for output in cell.outputs)
    # a time of execution would change with every run
    assert all("execution" not in cell.metadata for cell in code)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_what_is_stored(path):
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    stored, again = read(path), read(path)
    for cell in again.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    # The kernel runs beside the notebook, as Jupyter does; ten minutes are for a machine that compiles first.
    client = nbclient.NotebookClient(again, timeout=600, resources={"metadata": {"path": str(EXAMPLES)}})
    client.execute()
    for before, after in zip(outputs(stored), outputs(again), strict=True):
        assert words(after) == words(before)
        # what is printed in grams and metres hangs on the last digits of a processor; a kilogram does not
        assert numbers(after) == pytest.approx(numbers(before), rel=1e-3, abs=0.5)


def numbers(text):
    return [float(found) for found in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text.replace("\u202f", ""))]


def words(text):
    return re.sub(r"[-\d.\s\u202f]+|e[+-]\d+", " ", text)
