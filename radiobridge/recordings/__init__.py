"""Transmissions kept as FLAC files, by age and by size, never filling the disk."""
