"""The unit and the files beside it, with systemd's own checks."""
