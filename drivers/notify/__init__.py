"""Notifiers: SMS by a modem, and services on the internet."""
