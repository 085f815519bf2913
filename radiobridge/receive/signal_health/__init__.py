"""Whether the signal of a channel is well, and what to turn where it is not."""
