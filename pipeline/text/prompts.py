"""Tell what a question put to people, or a heading, asks for: worries, what goes well, ideas, or questions."""

from pipeline.config import PromptCues
from pipeline.text.urgency import phrase_pattern


class PromptReader:
    """Tells what prompts ask for; the same prompt comes back often and is read once.

    Args:
        cues: section `extract.prompts` of the cues.
    """

    def __init__(self, cues: PromptCues) -> None:
        self._patterns = {name: phrase_pattern(phrases) for name, phrases in cues}
        self._known: dict[str, str] = {}

    def asks_for(self, text: str) -> str:
        """Name what a prompt asks for: `concern`, `pleased`, `advice`, `question`, or `neutral` if it is open."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> str:
        found = [name for name, pattern in self._patterns.items() if pattern.search(text)]
        if "concern" in found and "pleased" in found:
            return "neutral"
        return found[0] if found else "neutral"
