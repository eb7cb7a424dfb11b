"""Repeated games: payoffs of automata, and best responses to them."""
