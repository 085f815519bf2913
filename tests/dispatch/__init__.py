"""Tests of codes, phrases, call-ins and alerts."""
