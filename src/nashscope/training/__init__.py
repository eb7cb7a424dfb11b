"""Models to models by gradient."""
