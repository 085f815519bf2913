"""What goes on the air: tone encoders."""
