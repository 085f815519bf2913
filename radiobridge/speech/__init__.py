"""Speech becomes words and phrases: models, recogniser, phrase grammars."""
