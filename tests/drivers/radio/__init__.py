"""Tests of the radio drivers: one contract for all of them, and what each does on its own."""
