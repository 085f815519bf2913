"""Transcribers: what reads a recording again."""
