"""Pages for the tests: the made-up ascent with a background, names that try to be markup, and a strict HTML reader."""

import copy
from html.parser import HTMLParser
from typing import Any

from tests.reporting import synthetic

VOID = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}


def background() -> dict[str, Any]:
    """A background as `cosmodrome.background` makes one; no number is a truth."""
    nothing = dict.fromkeys(("ltan_h", "declination_deg", "ra_of_asymptote_deg"))
    return {
        "mission": {"name": "Demo", "file": "demo.toml"},
        "vehicle": "Rocket",
        "site": {
            "name": "Pad 1",
            "latitude_deg": 51.884,
            "longitude_deg": 128.334,
            "height_m": 278.0,
            "azimuth_min_deg": 30.0,
            "azimuth_max_deg": 100.0,
        },
        "objective": {"maximize": "payload", "payload_kg": None},
        "asked": {
            "perigee_altitude_m": 200e3,
            "apogee_altitude_m": 240e3,
            "semi_major_axis_m": 6598137.0,
            "eccentricity": 0.003031,
            "inclination_deg": 51.7,
            "ra_of_asc_node_deg": None,
            "ltan_h": None,
            "arg_of_pericenter_deg": None,
            "c3_m2_s2": None,
            "declination_deg": None,
            "ra_of_asymptote_deg": None,
        },
        "reached": nothing,
        "models": [{"what": "Gravity", "model": "point mass and J2"}],
        "sources": [
            {
                "said_as": "core.dry_mass_kg",
                "key": "core.dry_mass_kg",
                "value": 6545.0,
                "unit": "kg",
                "text": "a manual",
                "confidence": "published",
                "sigma": 50.0,
            }
        ],
        "not_modelled": ["Gusts."],
    }


# What has made others' pages run scripts, each calling `pwned()` or setting `__pwned`. Sources: payload shapes of the
# OWASP Cross-Site Scripting Filter Evasion cheat sheet; the ways out of the contexts that this page has (text, quoted
# attribute, title, script, JSON block, SVG).
_RUN = ("__pwned=1", "pwned()", "alert(1)", "document.body.innerHTML=''")
_SHAPES = (
    "<script>{run}</script>",
    "<SCRIPT>{run}</SCRIPT>",
    "</script><script>{run}</script>",
    "</title><script>{run}</script>",
    "</style><script>{run}</script>",
    "</textarea><script>{run}</script>",
    "--><script>{run}</script><!--",
    "<!--<script>{run}</script>",
    "]]><script>{run}</script>",
    "<img src=x onerror={run}>",
    '"><img src=x onerror="{run}">',
    "'><img src=x onerror='{run}'>",
    "<svg onload={run}>",
    "</svg><svg/onload={run}>",
    "</text><script>{run}</script>",
    '" onfocus="{run}" autofocus="',
    "' onmouseover='{run}",
    '" onmouseover={run} x="',
    "<iframe src=javascript:{run}>",
    "<iframe srcdoc='<script>parent.{run}</script>'>",
    "<a href=javascript:{run}>go</a>",
    "javascript:{run}",
    "<details open ontoggle={run}>",
    "<body onload={run}>",
    "<math><mtext></mtext><script>{run}</script></math>",
    "<base href=javascript:{run}//>",
    "<meta http-equiv=refresh content='0;url=javascript:{run}'>",
    "<object data=javascript:{run}></object>",
    "\\u003cscript\\u003e{run}\\u003c/script\\u003e",
    "&lt;script&gt;{run}&lt;/script&gt;",
    "${{{run}}}",
    "{{{{{run}}}}}",
    '"}}]}};{run};//',
    "\u2028{run}//",
    "\x00<scr\x00ipt>{run}</script>",
)
INJECTIONS = tuple(shape.format(run=run) for shape in _SHAPES for run in _RUN)


def injected() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Result, columns and background in which every text that a file can bring is one of `INJECTIONS`, each used."""
    result, told = copy.deepcopy(synthetic.result()), background()
    names = iter(INJECTIONS)
    told["mission"] = {"name": next(names), "file": next(names)}
    told["vehicle"], told["site"]["name"] = next(names), next(names)
    for event in result["events"]:
        event["name"] = next(names)
    for drop in result["drop_points"]:
        drop["body"] = next(names)
    for row in result["exchange_kg"]:
        row["of"], row["per"] = next(names), next(names)
    result["limits"][0]["name"] = f"max_{next(names)}_pa"
    result["diagnosis"] = {
        "code": next(names),
        "message": next(names),
        "shortfall_m_s": 1.0,
        "key": next(names),
        "nearest_feasible": {
            "key": next(names),
            "value": 1.0,
            "unit": next(names),
            "payload_kg": None,
        },
    }
    told["models"] = [{"what": next(names), "model": next(names)}]
    left = list(names)
    result["assumptions"] = [f"{'warning: ' if k % 2 else ''}{text}" for k, text in enumerate(left[::2])]
    row = told["sources"][0]
    told["sources"] = [
        {**row, "key": text, "said_as": text, "unit": text, "text": text, "confidence": "estimate"}
        for text in left[1::2]
    ]
    told["not_modelled"] = list(INJECTIONS)
    return result, synthetic.columns(), told


class Page(HTMLParser):
    """A page read strictly: its elements with attributes, its visible text, and where tags do not pair."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.unpaired: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.unpaired += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unpaired.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        within = self._open[-1] if self._open else ""
        if within == "script":
            self.scripts.append(data)
        elif within != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """Everything that can be read, one piece after the other, every kind of blank as one space."""
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]
