"""Where cells are played: this process, several processes, a cluster."""
