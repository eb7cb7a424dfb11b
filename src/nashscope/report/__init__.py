"""Measures to tables, figures and one self-contained page."""

from nashscope.report.chart import curve, matrix
from nashscope.report.page import Figure, Page, Section, Table, write_page
from nashscope.report.table import as_csv, flat, number, pick, with_interval

__all__ = [
    "Figure",
    "Page",
    "Section",
    "Table",
    "as_csv",
    "curve",
    "flat",
    "matrix",
    "number",
    "pick",
    "with_interval",
    "write_page",
]
