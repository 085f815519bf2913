"""Incidents: alerts are followed until somebody has closed them."""
