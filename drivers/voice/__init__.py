"""Voices: programs, models and recordings that make speech of text."""
