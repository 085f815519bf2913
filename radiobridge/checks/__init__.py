"""What makes a settings file unusable beyond its shape.

The rooms know their own rules (codes that collide, phrases that collide, a driver's keys); this puts
them together, so that `radiobridge check`, the start and the reload refuse the same files.
"""

from radiobridge.checks.station import load_station

__all__ = ["load_station"]
