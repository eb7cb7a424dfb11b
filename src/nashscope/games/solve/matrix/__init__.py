"""Zero-sum games in strategic form: one matrix, or thousands at once."""
