"""Measures to tables, figures and one self-contained page."""

from nashscope.report.block import Badge, Figure, Link, Matches, Page, Panel, Section, Table
from nashscope.report.chart import curve, dots, matrix
from nashscope.report.match import matches
from nashscope.report.page import figure, figures, write_page
from nashscope.report.played import page as played_page
from nashscope.report.table import as_csv, flat, number, pick, with_interval

__all__ = [
    "Badge",
    "Figure",
    "Link",
    "Matches",
    "Page",
    "Panel",
    "Section",
    "Table",
    "as_csv",
    "curve",
    "dots",
    "figure",
    "figures",
    "flat",
    "matches",
    "matrix",
    "number",
    "pick",
    "played_page",
    "with_interval",
    "write_page",
]
