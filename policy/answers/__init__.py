"""answer(question): reading, ranking, judging, wording; the model."""
