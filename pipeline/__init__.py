"""From Dutch session notes to themes matched to a taxonomy and ranked urgent issues."""
