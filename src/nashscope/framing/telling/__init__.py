"""The words of games with a state, one file each, found by the name of the game."""
