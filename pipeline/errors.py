"""What a user can cause, and mend.

PipelineError
├── ConfigError      a file in configs/ is wrong
├── InputError       a file or folder of the input, or an output folder, is wrong or missing
├── ContractError    a table or issues.json does not meet its contract
└── ModelError       a model is missing or does not fit

Everything else is a fault of ours and keeps its traceback.
"""


class PipelineError(Exception):
    """A fault that a user can mend: what is wrong and where, and what to do about it.

    Args:
        message: what is wrong and where; several faults on lines of their own.
        hint: what to do about it, in a form that can be typed where possible.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nHint: {self.hint}" if self.hint else self.message


class ConfigError(PipelineError):
    """A configuration file is missing, malformed, or says something that cannot be done."""


class InputError(PipelineError):
    """A file or folder that the user named is missing, unreadable or not what it should be."""


class ContractError(PipelineError):
    """A table or a JSON document does not meet its contract."""


class ModelError(PipelineError):
    """A language model or vectors cannot be loaded, or lack what a stage needs."""
