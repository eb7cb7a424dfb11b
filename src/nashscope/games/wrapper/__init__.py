"""Games around games: what is said, noted or signed beside the moves of any game with a state."""
