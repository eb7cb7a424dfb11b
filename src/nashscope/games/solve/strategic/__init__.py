"""Games in strategic form: equilibria, dominance, correlation, quantal response, dynamics."""
