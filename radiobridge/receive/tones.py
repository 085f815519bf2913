"""What all tone decoders share: the rate at which they hear."""

TONE_RATE_HZ = 8000
"""Rate of the sound that tone decoders take: a radio passes 300 to 3000 Hz, and CTCSS below."""
