"""Audio inputs and outputs."""
