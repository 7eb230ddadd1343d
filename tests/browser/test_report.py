"""The page in Chromium with name resolution off: it draws, answers the keyboard, asks for nothing and runs nobody's
script. Needs the extra `browser` and a Chromium (`$CHROMIUM`, else the one on the path)."""

import os
import shutil
from types import SimpleNamespace

import pytest

from cosmodrome.reporting.page import page_html
from tests.reporting import synthetic
from tests.reporting.pages import INJECTIONS, background, injected

pytestmark = pytest.mark.browser

_OFFLINE = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium: install it, or name it in $CHROMIUM"
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, headless=True, args=list(_OFFLINE))
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """A function that opens a page from a file, and collects what it says, asks for and pops up."""
    contexts = []

    def open_page(html, *, width=1280, scheme="light", before=""):
        path = tmp_path / "report.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab = context.new_page()
        seen = SimpleNamespace(tab=tab, said=[], asked=[], dialogs=[], failed=[], url=path.as_uri())
        tab.on("console", lambda message: seen.said.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: seen.said.append(f"error: {error}"))
        tab.on("request", lambda request: seen.asked.append(request.url))
        tab.on("requestfailed", lambda request: seen.failed.append((request.url, request.failure)))
        tab.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        tab.add_init_script(before)
        tab.goto(seen.url)
        tab.wait_for_timeout(200)
        return seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def html():
    return page_html(synthetic.result(), synthetic.columns(), background())


@pytest.fixture(scope="module")
def long_flight():
    """The same ascent with a coast of two hours and a second burn behind it."""
    result, columns = synthetic.result(), synthetic.columns()
    columns["t_s"][-20:] += 7200.0
    columns["phase"][-20:-15] = "coast"
    last = result["burns"][-1]
    last["duration_s"] -= 10.0
    result["burns"].append({**last, "t_start_s": 7750.0, "duration_s": 8.0})
    return page_html(result, columns, background())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_says_nothing_on_the_console_and_asks_for_nothing(opened, html, width, scheme):
    seen = opened(html, width=width, scheme=scheme)
    assert seen.said == []
    assert seen.asked == [seen.url]


def test_an_answer_that_is_no_says_nothing_on_the_console_either(opened):
    seen = opened(page_html(synthetic.infeasible_result(), {}, background()))
    assert (seen.said, seen.asked) == ([], [seen.url])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(opened, html, width):
    tab = opened(html, width=width).tab
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_plot_shows_its_curve_and_every_near_limit_its_line(opened, result, columns, scheme):
    # Limits near what the made-up flight reaches; the others are far above it, and only named.
    limited = {"plot-q": 0, "plot-acceleration": 2}
    for place in limited.values():
        result["limits"][place]["limit"] = 1.05 * result["limits"][place]["peak"]
    tab = opened(page_html(result, columns, background()), scheme=scheme).tab
    drawn = tab.evaluate(
        """() => [...document.querySelectorAll('.plot')].map((plot) => {
            const hue = (name) => {
              const probe = document.createElement('i');
              probe.style.color = getComputedStyle(document.documentElement).getPropertyValue(name);
              document.body.append(probe);
              const rgb = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
              probe.remove();
              return rgb;
            };
            const canvas = plot.querySelector('canvas');
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            const count = ([r, g, b]) => {
              let n = 0;
              for (let k = 0; k < data.length; k += 4)
                if (data[k] === r && data[k + 1] === g && data[k + 2] === b && data[k + 3] === 255) n += 1;
              return n;
            };
            return [plot.id, count(hue('--main')), count(hue('--limit'))];
        })"""
    )
    assert len(drawn) == 10
    for name, curve, limit in drawn:
        # A line across the plot is some hundred pixels long; smoothed edges are of other colours.
        assert curve > 100, name
        assert (limit > 100) is (name in limited), name


def test_all_plots_follow_a_look_closer_into_one(opened, html):
    tab = opened(html).tab
    before = tab.locator("#plot-mass canvas").screenshot()
    tab.locator("#plot-altitude").scroll_into_view_if_needed()
    box = tab.locator("#plot-altitude .u-over").bounding_box()
    tab.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 40)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 40, steps=4)
    tab.mouse.up()
    tab.wait_for_timeout(100)
    assert tab.locator("#plot-mass canvas").screenshot() != before
    assert tab.locator("#views button[aria-pressed=true]").count() == 0
    tab.locator("#views button").first.click()
    tab.wait_for_timeout(100)
    assert tab.locator("#views button[aria-pressed=true]").count() == 1


def test_buttons_lead_from_the_ascent_to_the_whole_flight(opened, long_flight):
    seen = opened(long_flight)
    names = seen.tab.locator("#views button").all_inner_texts()
    assert names == ["Ascent", "Whole flight", "Atmosphere", "Burn 2"]
    ascent = seen.tab.locator("#plot-altitude canvas").screenshot()
    seen.tab.get_by_role("button", name="Whole flight").click()
    seen.tab.mouse.move(5, 5)
    seen.tab.wait_for_timeout(100)
    assert seen.tab.locator("#plot-altitude canvas").screenshot() != ascent
    assert seen.said == []


def test_the_keyboard_reaches_everything_that_answers_it(opened, html):
    tab = opened(html).tab
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#verdict"
    reached = set()
    for _ in range(120):
        tab.keyboard.press("Tab")
        what = tab.evaluate(
            "(() => { const e = document.activeElement; return e.id || e.textContent.slice(0, 30) || e.tagName; })()"
        )
        reached.add(what)
    assert {"Copy table", "Whole flight", "moment", "Licences of what this page car"} <= reached
    # Tables that may be wider than a phone are scrolled by the arrow keys once they have the focus.
    assert (
        tab.locator(".scroll").count()
        == tab.locator(".scroll[tabindex='0'][role=region][aria-label]").count()
    )


def test_arrow_keys_read_the_flight_moment_by_moment(opened, html):
    tab = opened(html).tab
    tab.locator("#moment").focus()
    tab.keyboard.press("PageUp")
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    told = tab.locator("#moment-text").inner_text()
    assert told.startswith("T+")
    assert tab.locator("#moment").get_attribute("aria-valuetext") == told
    values = tab.locator(".now").all_inner_texts()
    assert sum(bool(text) for text in values) >= 8
    assert values[0].endswith("km")


def test_a_table_is_copied_as_tab_separated_numbers(opened, html, result):
    tab = opened(html).tab
    tab.get_by_role("button", name="Copy the table “Timeline”").click()
    tab.wait_for_timeout(200)
    rows = [line.split("\t") for line in tab.evaluate("navigator.clipboard.readText()").split("\n")]
    assert rows[0][:4] == ["No.", "Event", "T+ s", "Altitude km"]
    assert len({len(row) for row in rows}) == 1
    assert [row[1] for row in rows[1:]] == [event["name"] for event in result["events"]]
    for row, event in zip(rows[1:], result["events"], strict=True):
        assert float(row[2]) == pytest.approx(event["t_s"], abs=0.051)
        assert float(row[3]) == pytest.approx(event["altitude_m"] / 1e3, abs=0.051)


def test_a_screen_reader_finds_headings_landmarks_and_names(opened, html):
    tab = opened(html).tab
    assert tab.get_by_role("heading", level=1).count() == 1
    assert tab.get_by_role("heading", level=2).count() == 10
    for role in ("main", "navigation", "banner", "contentinfo"):
        assert tab.get_by_role(role).count() == 1
    assert tab.get_by_role("img", name="Map about the pad").count() == 1
    assert tab.get_by_role("img", name="Altitude, km").count() == 1
    assert tab.get_by_role("slider", name="Moment").count() == 1
    assert tab.get_by_role("rowheader", name="Mach 1").count() == 1


def test_without_scripts_all_but_the_plots_is_there(chromium, tmp_path, html):
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(path.as_uri())
    text = tab.locator("body").inner_text()
    assert "The plots need scripts" in text
    assert "Largest dynamic pressure" in text
    assert tab.locator("#map-pad").bounding_box()["height"] > 200
    assert tab.locator("#plot-tools").is_hidden()
    context.close()


def test_the_page_prints_in_the_colours_of_paper(opened, html, tmp_path):
    seen = opened(html, scheme="dark")
    seen.tab.pdf(path=tmp_path / "report.pdf", format="A4")
    assert (tmp_path / "report.pdf").stat().st_size > 100_000
    assert seen.said == []
    # And back on the screen it is dark again.
    assert seen.tab.evaluate("document.documentElement.dataset.paper") is None


_LISTEN = "window.__pwned = 0; window.pwned = () => { window.__pwned = 1; };"


@pytest.mark.parametrize("width", WIDTHS)
def test_no_name_from_a_file_runs_a_script(opened, width):
    seen = opened(page_html(*injected()), width=width, before=_LISTEN)
    tab = seen.tab
    tab.locator("#views button").first.click()
    for name in ("#moment", "#views button", "summary"):
        tab.locator(name).first.focus()
    for button in tab.get_by_role("button", name="Copy").all():
        button.click()
    tab.mouse.move(200, 300)
    tab.mouse.wheel(0, 4000)
    tab.wait_for_timeout(300)
    assert tab.evaluate("window.__pwned") == 0
    assert seen.dialogs == []
    assert seen.asked == [seen.url]
    assert tab.url.split("#")[0] == seen.url
    # Not even tried: the policy would have said so.
    assert seen.said == []
    assert len(tab.locator("h1").inner_text()) > 10


def test_each_injection_is_harmless_by_itself_as_the_name_of_a_mission(opened):
    result, columns = synthetic.infeasible_result(), {}
    told = background()
    seen = opened("<!DOCTYPE html><title>empty</title>", before=_LISTEN)
    for name in INJECTIONS:
        told["mission"]["name"] = name
        seen.tab.set_content(page_html(result, columns, told))
        assert seen.tab.evaluate("window.__pwned") == 0
        shown = " ".join(name.replace("\x00", "\ufffd").split())
        assert " ".join(seen.tab.locator("h1").text_content().split()) == shown
    assert seen.dialogs == []


def test_what_gets_past_the_escaping_is_still_stopped_by_the_policy(opened, html):
    """The second wall by itself: raw markup in the place of a name neither runs nor sends."""
    raw = (
        "<script>window.__pwned=1</script><img src=x onerror='window.__pwned=1'>"
        "<img src='http://example.invalid/x'>"
    )
    seen = opened(html.replace("Mach 1</th>", f"Mach 1{raw}</th>"), before=_LISTEN)
    assert seen.tab.evaluate("window.__pwned") == 0
    assert any("Content Security Policy" in text for text in seen.said)
    # What is blocked is announced as a request that fails before it leaves.
    assert seen.failed and {why for _, why in seen.failed} == {"csp"}
    assert {url for url in seen.asked if url != seen.url} == {url for url, _ in seen.failed}
