"""How the site is built: `make docs`."""

from nashscope import __version__

project = "nashscope"
author = "the nashscope authors"
release = version = __version__
html_title = "nashscope"

extensions = [
    "myst_nb",
    "sphinx.ext.apidoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
html_theme = "furo"
exclude_patterns = ["_build"]

# the notebook is shown as it was run; a test runs it again and compares
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

apidoc_modules = [
    {
        "path": "../src/nashscope",
        "destination": "reference",
        "separate_modules": True,
        "module_first": True,
        "exclude_patterns": ["**/_*/**", "**/catalog/*", "**/classic/*", "**/cli/*"],
    }
]
# a name is documented where it is defined, once; packages only hand it on
autodoc_default_options = {"members": True, "ignore-module-all": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
# docstrings are plain sentences with code in backticks, not reStructuredText
suppress_warnings = ["docutils", "ref.python", "myst.xref_missing", "toc.not_included"]
