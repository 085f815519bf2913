"""Alerts leave the house: wire messages, topics, outbox, MQTT client, bus commands."""
