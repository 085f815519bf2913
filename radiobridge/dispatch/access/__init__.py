"""Access: codes that act ask who keys them."""
