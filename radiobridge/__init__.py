"""radiobridge: two-way radio call-ins become alerts on MQTT."""

__version__ = "0.1.0"
