"""The page put together: one HTML file with its style, script, data and maps inside, and nothing it would fetch.

A content security policy names the hashes of the page's own scripts and styles and forbids everything else, so that
even markup that got past the escaping could neither run nor send.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from cosmodrome.reporting.columns import Columns
from cosmodrome.reporting.labels import number, orbit_text
from cosmodrome.reporting.page import accounts, flight, verdict
from cosmodrome.reporting.page.markup import Child, Markup, code_element, data_element, el
from cosmodrome.reporting.page.series import panels, plot_data

Row = Mapping[str, Any]
# identifier, heading and content of a part of the page
Part = tuple[str, str, list[Child]]


def page_html(result: Row, columns: Columns, background: Row) -> str:
    """The whole page as HTML: `result` as result.json, `columns` as trajectory.parquet (none where nothing flew),
    `background` as `cosmodrome.background` makes it."""
    shown = panels(result, columns) if _has_flown(columns) else []
    parts = [part for part in _parts(result, columns, background, shown) if any(part[2])]
    name = background["mission"]["name"]
    scripts, data = [], None
    if shown:
        data = data_element("plot-data", plot_data(result, columns, shown))
        scripts.append(_asset("vendor/uplot/uPlot.iife.min.js"))
    scripts.append(_asset("page.js"))
    styles = [_asset("vendor/uplot/uPlot.min.css"), _asset("page.css")]
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(scripts, styles)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="description", content=_summary(result)),
        el("title", f"{name} – {result['status'].replace('-', ' ')}"),
        [code_element("style", style) for style in styles],
    )
    body = el(
        "body",
        el("a", "Skip to the verdict", href="#verdict", class_="skip"),
        el(
            "header",
            el("p", "Launch mission analysis", class_="kind"),
            el("h1", name),
            _contents(parts),
        ),
        el("main", verdict.verdict(result, background), [_section(*part) for part in parts]),
        _footer(result, background),
        data,
        [code_element("script", script) for script in scripts],
    )
    return f"<!DOCTYPE html>\n{el('html', head, body, lang='en')}\n"


def _parts(result: Row, columns: Columns, background: Row, shown: list[Any]) -> list[Part]:
    """The parts below the verdict; one without content is left out of the page."""
    has_events = bool(result["events"])
    largest = background["objective"]["maximize"].replace("_", " ")
    return [
        (
            "orbit",
            "Orbit at insertion" if result["insertion"] else "Orbit asked for",
            [verdict.orbit_table(result, background)],
        ),
        ("limits", "Limits", [verdict.limits_table(result)]),
        (
            "timeline",
            "Timeline",
            [flight.timeline_table(result["events"]), flight.burns_table(result)] if has_events else [],
        ),
        ("plots", "Plots", [flight.plots(shown, columns["t_s"])] if shown else []),
        (
            "map",
            "Map",
            [flight.maps(result, columns), flight.drops_table(result["drop_points"])] if shown else [],
        ),
        ("velocity", "Velocity budget", [accounts.budget_table(result["delta_v_m_s"])]),
        ("exchange", f"What {largest} costs", [accounts.exchange_table(result["exchange_kg"], largest)]),
        ("verification", "Verification", [accounts.verification(result)]),
        ("sources", "Assumptions and sources", [accounts.assumptions(result, background)]),
        (
            "not-modelled",
            "What is not modelled",
            [el("ul", [el("li", text) for text in background["not_modelled"]])],
        ),
    ]


def _has_flown(columns: Columns) -> bool:
    return bool(columns) and len(columns["t_s"]) > 1


def _contents(parts: list[Part]) -> Markup:
    links = [el("li", el("a", heading, href=f"#{identifier}")) for identifier, heading, _ in parts]
    return el("nav", el("ul", links), aria_label="Contents")


def _section(identifier: str, heading: str, content: list[Child]) -> Markup:
    name = f"{identifier}-heading"
    return el("section", el("h2", heading, id=name), content, id=identifier, aria_labelledby=name)


def _footer(result: Row, background: Row) -> Markup:
    seconds = result["timing_s"]["total"]
    took = "" if seconds is None else f", in {number(seconds, 1)} s"
    file = background["mission"]["file"]
    return el(
        "footer",
        el(
            "p",
            f"Cosmodrome {result['manifest']['version']}{took}",
            f", from {file}" if file else None,
            ". SHA-256 of all inputs ",
            el("code", result["manifest"]["inputs_sha256"], class_="hash"),
            ".",
        ),
        el(
            "p",
            "A plan is an optimum by the figures in its files, without the margins that an operator keeps.",
        ),
        _licences(),
    )


def _licences() -> Markup:
    """The projects whose files the page carries, each with its licence."""
    packages = json.loads(_asset("vendor/vendored.json"))
    return el(
        "details",
        el("summary", "Licences of what this page carries"),
        [
            [
                el("p", f"{p['name']} {p['version']} ({p['license']}, {p['homepage']}): {p['what']}"),
                el("pre", _asset(f"vendor/{p['name']}/LICENSE")),
            ]
            for p in packages
        ],
    )


def _summary(result: Row) -> str:
    if result["payload_kg"] is None or result["insertion"] is None:
        return str(result["status"])
    return f"{result['status']}: {number(result['payload_kg'], 1)} kg to {orbit_text(result['insertion'])}"


def _policy(scripts: list[str], styles: list[str]) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    # The hash is of what a browser reads, which knows one line end only.
    return (files("cosmodrome.reporting") / "assets" / name).read_text("utf-8").replace("\r\n", "\n")
