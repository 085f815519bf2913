"""Speech: phrases, recognition with the real model, the pool, and the models' files."""
