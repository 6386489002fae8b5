"""How questions become themes: folding, grouping, naming, and keeping ids from run to run."""
