"""Questions with known answers, asked of models and scored."""
