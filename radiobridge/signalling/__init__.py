"""Protocols that both the receiver and the transmitter speak: frames and tone tables; no sound."""
