"""Audio inputs."""
