"""Contacts: alarm buttons, doors and whatever else closes a circuit."""
