"""The virtual card for every test of a driver."""

from tests.virtual_cable import cable

__all__ = ["cable"]
