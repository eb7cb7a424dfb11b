"""Organisms for the matrix benchmark: what each has learned, and what not, is known."""
