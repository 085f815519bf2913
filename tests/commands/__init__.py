"""Tests of the commands, as a person calls them."""
