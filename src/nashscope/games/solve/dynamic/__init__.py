"""Games with a state, solved on their states: best replies, planners, values."""
