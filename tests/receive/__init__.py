"""Tests of the receive room."""
