"""The real daemon against real peers."""
