"""Sound becomes transmissions and keys: resampling, squelch, tone decoders; no IO, no clock."""
