"""Tests of the history and of its reports."""
