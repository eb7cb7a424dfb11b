"""Trees: backward induction, best responses, the sequence form, regret minimisation."""
