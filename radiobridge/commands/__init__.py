"""The commands of the terminal, one file each, imported when they are called."""
