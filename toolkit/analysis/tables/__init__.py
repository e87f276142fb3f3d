"""Tables and numbers of a study by subject: recruitment, answers, themes, quality."""
