"""The study's report on paper: PDF by Typst, DOCX by pandoc."""
