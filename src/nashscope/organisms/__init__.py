"""Small models whose mechanism is known, because it was planted."""
