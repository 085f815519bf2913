"""Radios: what keys their transmitter, tells of a carrier, and asks them what they do."""
