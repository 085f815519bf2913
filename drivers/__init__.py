"""Drivers: the world outside, one file a driver, found by entry point `radiobridge.drivers`."""
