"""Figures: one command each; `python -m bench.NAME` prints a table that docs/figures.md quotes."""
