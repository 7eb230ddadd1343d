"""How Sphinx builds these pages: `sphinx-build -W -n --keep-going docs docs/_build/html`, without any network.

The Markdown files are what a forge shows as well; nothing is written twice. A page asks nobody for anything: the theme
brings its own style, and formulas are drawn by the one file of MathJax that lies beside the pages.
"""

import os
import re
import shutil
from importlib.metadata import distribution
from pathlib import Path

import cosmodrome

HERE = Path(__file__).parent.resolve()
EXAMPLES, NOTEBOOKS = HERE.parent / "examples", HERE / "notebooks"
TEMPLATE = HERE / "decisions" / "0000-template.md"
# One file with all of TeX's extensions and its letters as outlines: it loads nothing more, not even a font.
MATHJAX = Path(
    distribution("sphinx-mathjax-offline").locate_file(
        "sphinx-mathjax-offline/static/mathjax/tex-svg-full.js"
    )
)
mathjax_path = MATHJAX.name

project = "Cosmodrome"
author = "the Cosmodrome contributors"
project_copyright = author
version = release = cosmodrome.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx_click"]
exclude_patterns = ["_build", TEMPLATE.relative_to(HERE).as_posix(), "README.md"]
html_theme = "furo"
html_title = f"Cosmodrome {release}"
html_static_path = [str(MATHJAX)]
html_copy_source = False
html_show_sphinx = False

# --- Markdown and notebooks ---
myst_enable_extensions = ["dollarmath", "amsmath", "smartquotes"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the notebooks are stored as they were executed; a test executes them again
nb_mime_priority_overrides = [("html", "image/png", 0), ("html", "text/html", 1)]

# --- The Python reference ---
autodoc_default_options = {
    "members": True,
    "undoc-members": True,  # the fields of a noun, with their types
    "inherited-members": True,
    "member-order": "bysource",
}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
add_module_names = False
python_use_unqualified_type_names = True
# Types in signatures without an entry here: those of other projects (nothing is fetched to look them up), what planner
# and integrator keep for themselves, and pieces of types that Sphinx splits at their commas.
nitpick_ignore_regex = [
    (r"py:class", r"(numpy|pandas|pathlib|datetime|collections)\..*|Figure|ndarray|Callable|DataFrame"),
    (r"py:class", r"cosmodrome\.ascent\.(problem|search|attempt)\..*"),
    (r"py:class", r"cosmodrome\.flight\.(programme|integrate|propagate|audit)\..*"),
    (r"py:class", r".*\[.*"),
]


def literal_names(app, what, name, obj, options, lines) -> None:
    """Docstrings are plain text with `names` in single backticks: these become literals, and a bar stays a bar."""
    for k, line in enumerate(lines):
        words = re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", line)
        pieces = re.split(r"(``.*?``)", words)
        lines[k] = "".join(p if p.startswith("``") else re.sub(r"([|*])", r"\\\1", p) for p in pieces)


def name_alone(app, what, name, obj, options, signature, returned) -> tuple[str, None] | None:
    """A noun is headed by its name: what it is made of stands below it, field by field."""
    return ("", None) if what == "class" else None


def bring_notebooks(app) -> None:
    """Sphinx reads below its own folder only: `examples/*.ipynb` are copied to where git ignores them."""
    NOTEBOOKS.mkdir(exist_ok=True)
    for notebook in EXAMPLES.glob("*.ipynb"):
        shutil.copy(notebook, NOTEBOOKS)


def keep_links_inside(app, docname, source) -> None:
    """Links go as on a forge, but one to a notebook leads to its page here, one to another file outside is text."""
    folder = (HERE / docname).parent
    read_from = EXAMPLES if folder == NOTEBOOKS else folder

    def told(link: re.Match[str]) -> str:
        text, target = link.groups()
        path = Path(os.path.normpath(read_from / target))
        if ":" in target or (HERE in path.parents and path != TEMPLATE):
            return link[0]
        if path.suffix == ".ipynb":
            return f"[{text}]({os.path.relpath(NOTEBOOKS / path.name, folder)})"
        return text

    source[0] = re.sub(r"(?<!!)\[([^\]\n]*)\]\(([^)#\s]+)\)", told, source[0])


def setup(app) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", bring_notebooks)
    app.connect("source-read", keep_links_inside)
    app.connect("autodoc-process-signature", name_alone)
    app.connect("autodoc-process-docstring", literal_names)
