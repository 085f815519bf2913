"""The files that are shipped for other programs, with those programs."""
