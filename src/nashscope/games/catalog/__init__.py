"""Named games, one file each, with their source and their known solution.

A new file in this folder is a new game: nothing here lists them, and `games.library` finds them.
"""
