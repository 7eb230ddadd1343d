"""The page without a browser: it is well-formed, whole, asks for nothing, and no name becomes markup."""

import base64
import hashlib
import json
import re

import numpy as np
import pytest

from cosmodrome.reporting.page import page_html
from cosmodrome.reporting.page.markup import code_element, data_element, el
from tests.reporting import synthetic
from tests.reporting.pages import INJECTIONS, Page, background, injected


@pytest.fixture(scope="module")
def html():
    return page_html(synthetic.result(), synthetic.columns(), background())


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def plot_data(page):
    return next(json.loads(text) for text in page.scripts if text.startswith("{"))


def test_every_tag_is_closed_in_turn(page):
    assert page.unpaired == []


def test_every_event_and_drop_point_is_told(page, result):
    for event in result["events"]:
        assert event["name"] in page.text
    for drop in result["drop_points"]:
        assert drop["body"] in page.text


def test_verdict_and_limits_come_before_the_flight(page):
    assert page.text.index("verified") < page.text.index("8 213.4") < page.text.index("dynamic pressure")
    order = [a["id"] for a in page.all("section")]
    assert order[:5] == ["verdict", "orbit", "limits", "timeline", "plots"]
    assert order[5:] == ["map", "velocity", "exchange", "verification", "sources", "not-modelled"]


def test_the_contents_lead_to_every_part(page):
    targets = {a["href"] for a in page.all("a")}
    identifiers = {f"#{a['id']}" for _, a in page.elements if a.get("id")}
    assert targets <= identifiers
    assert {f"#{a['id']}" for a in page.all("section")} == targets


def test_no_identifier_is_there_twice(page):
    identifiers = [a["id"] for _, a in page.elements if "id" in a]
    assert len(identifiers) == len(set(identifiers))


def test_nothing_is_fetched(page):
    fetching = {"src", "srcset", "data", "action", "formaction", "poster", "background", "xlink:href", "ping"}
    for _, attributes in page.elements:
        assert not fetching & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert not page.all("link") and not page.all("img") and not page.all("iframe")


def test_only_the_scripts_and_styles_of_the_page_itself_may_run(html, page):
    policy = next(a["content"] for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    code = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", html, flags=re.S)
    assert len(code) == 4
    for text in code:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    # An attribute would need 'unsafe-inline'.
    assert not [name for _, a in page.elements for name in a if name == "style" or name.startswith("on")]


def test_the_page_stays_below_5_mb(html):
    assert len(html.encode()) < 5e6


def test_pictures_have_words_and_tables_have_captions_and_headings(page):
    for _, attributes in page.elements:
        if attributes.get("role") == "img":
            assert attributes.get("aria-label") or attributes.get("aria-labelledby")
    assert len(page.all("caption")) == len(page.all("table")) > 5
    assert all(a.get("scope") in ("col", "row") for a in page.all("th"))
    assert [a["lang"] for a in page.all("html")] == ["en"]


def test_what_names_another_element_names_one_that_is_there(page):
    identifiers = {a["id"] for _, a in page.elements if "id" in a}
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set((attributes.get(name) or "").split()) <= identifiers


def test_limits_are_told_by_word_and_sign_not_by_colour_alone(result, columns):
    result["limits"][2]["peak"] = 5.0
    text = Page(page_html(result, columns, background())).text
    assert "✖ broken" in text and "◆ active" in text and "✔ kept" in text


def test_warnings_stand_in_the_verdict_and_nowhere_else(result, columns):
    result["assumptions"] += ["warning: the core is heavier than it looks"]
    text = Page(page_html(result, columns, background())).text
    assert text.count("the core is heavier than it looks") == 1
    assert text.index("the core is heavier") < text.index("Perigee altitude")


def test_an_estimate_whose_source_is_in_the_table_is_told_once(result, columns):
    result["assumptions"] = ["estimate: core.dry_mass_kg (a manual)", "estimate: of-nobody.mass_kg (a guess)"]
    text = Page(page_html(result, columns, background())).text
    assert text.count("a manual") == 1
    assert text.count("of-nobody.mass_kg (a guess)") == 1


def test_an_answer_that_is_no_has_a_page_with_what_is_short():
    page = Page(page_html(synthetic.infeasible_result(), {}, background()))
    assert page.unpaired == []
    assert "infeasible" in page.text
    assert "short by 227 m/s" in page.text
    assert "objective.payload_kg = 7 800 kg" in page.text
    assert not page.all("svg")
    assert {"timeline", "plots", "map", "limits"}.isdisjoint(a["id"] for a in page.all("section"))


def test_an_escape_is_told_by_its_c3_and_asymptote(result, columns):
    result["insertion"].update(
        eccentricity=1.3, semi_major_axis_m=-2.2e7, apogee_altitude_m=None, c3_m2_s2=1.8e7
    )
    told = background()
    told["asked"].update(perigee_altitude_m=None, apogee_altitude_m=None, c3_m2_s2=1.8e7, declination_deg=5.0)
    told["reached"].update(declination_deg=5.0, ra_of_asymptote_deg=120.0)
    text = Page(page_html(result, columns, told)).text
    assert "C3 18.000 km²/s²" in text
    assert "Right ascension of the outgoing asymptote deg free 120.0000" in text


def test_a_node_asked_for_as_a_local_time_is_compared(result, columns):
    told = background()
    told["asked"]["ltan_h"], told["reached"]["ltan_h"] = 10.5, 10.5002
    text = Page(page_html(result, columns, told)).text
    assert "Local mean solar time of the ascending node h 10.5000 10.5002 +0.0002" in text


def test_the_difference_of_two_angles_goes_the_short_way(result, columns):
    told = background()
    told["asked"]["ra_of_asc_node_deg"], result["insertion"]["ra_of_asc_node_deg"] = 359.9, 0.1
    text = Page(page_html(result, columns, told)).text
    assert "359.9000 0.1000 +0.2000" in text


def test_the_waterfall_ends_where_gain_and_losses_lead(page, result):
    budget = result["delta_v_m_s"]
    losses = sum(budget[f"{kind}_loss"] for kind in ("pressure", "steering", "drag", "gravity"))
    left = budget["gain"] + budget["ideal"] - losses
    assert f"Inertial speed at the end {left:,.1f}".replace(",", " ") in page.text


def test_the_plots_hold_all_that_was_asked_for(page, result):
    data = plot_data(page)
    panels = {panel["id"]: panel for panel in data["panels"]}
    assert set(panels) == {
        "altitude", "speed", "q", "q-alpha", "acceleration", "mass", "pitch", "azimuth", "throttle", "heat-flux",
    }  # fmt: skip
    assert all(len(c["values"]) == len(data["t"]) for p in panels.values() for c in p["curves"])
    assert [e["name"] for e in data["events"]] == [e["name"] for e in result["events"]]
    limits = {i: [limit["value"] for limit in p["limits"]] for i, p in panels.items() if p["limits"]}
    assert limits == {"q": [60.0], "q-alpha": [2000.0], "acceleration": [4.3], "heat-flux": [1135.0]}
    # Every plot has its frame and its words.
    assert {f"plot-{name}" for name in panels} <= {a.get("id") for a in page.all("div")}


def test_the_largest_values_of_the_flight_are_in_the_plots(page, columns):
    panels = {panel["id"]: panel["curves"][0]["values"] for panel in plot_data(page)["panels"]}
    # Values are written with six digits.
    assert max(panels["q"]) == pytest.approx(columns["dynamic_pressure_pa"].max() / 1e3, rel=1e-5)
    assert max(panels["acceleration"]) == pytest.approx(columns["axial_acceleration_g"].max(), rel=1e-5)


def test_the_page_of_a_flight_is_the_same_at_every_writing(html):
    assert html == page_html(synthetic.result(), synthetic.columns(), background())


# --- names that try to be markup ------------------------------------------------------------------------------------


def test_there_are_more_than_a_hundred_injections():
    assert len(set(INJECTIONS)) > 100


@pytest.fixture(scope="module")
def attacked():
    return page_html(*injected())


def test_names_from_files_leave_the_structure_of_the_page_as_it_is(attacked):
    page = Page(attacked)
    assert page.unpaired == []
    known = {tag for tag, _ in Page(page_html(*_harmless())).elements}
    assert {tag for tag, _ in page.elements} <= known
    assert not [name for _, a in page.elements for name in a if name.startswith("on")]


def test_names_from_files_are_read_as_they_were_written(attacked):
    text = Page(attacked).text
    for name in INJECTIONS:
        # Control characters cannot be shown, and line ends are blanks on a page.
        assert " ".join(name.replace("\x00", "\ufffd").split()) in text


def test_a_block_of_data_holds_no_markup_and_gives_back_its_data():
    for name in INJECTIONS:
        block = data_element("x", {name: [name]})
        inside = block.removeprefix('<script type="application/json" id="x">').removesuffix("</script>")
        assert not set("<>&\u2028\u2029") & set(inside)
        assert json.loads(inside) == {name: [name]}


def test_a_name_stays_inside_its_attribute():
    for name in INJECTIONS:
        [(tag, attributes)] = Page(el("p", class_=name)).elements
        assert (tag, attributes) == ("p", {"class": name.replace("\x00", "\ufffd")})


def test_halves_of_surrogate_pairs_and_control_characters_are_shown_as_unknown():
    assert el("p", "a\ud800b\x07c\ufffe") == "<p>a\ufffdb\ufffdc\ufffd</p>"


def test_code_that_would_end_its_own_element_is_refused():
    with pytest.raises(ValueError, match="end its own script"):
        code_element("script", "x = '</Script>'")


def _harmless():
    """The attacked page with harmless words in the place of all names."""

    def tamed(value):
        if isinstance(value, dict):
            return {key: tamed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [tamed(item) for item in value]
        return (
            "some.word" if isinstance(value, str) and value.removeprefix("warning: ") in INJECTIONS else value
        )

    result, columns, told = injected()
    return tamed(result), columns, tamed(told)


def test_a_flight_of_two_rows_has_a_page(result, columns):
    few = {name: values[[0, -1]] for name, values in columns.items()}
    few["dynamic_pressure_pa"][:] = 0.0
    few["mach"] = np.full(2, np.nan)
    result["limits"], result["drop_points"] = [], []
    assert Page(page_html(result, few, background())).unpaired == []
