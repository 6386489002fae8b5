"""Work on strings and parsed text: no tables, no files."""
