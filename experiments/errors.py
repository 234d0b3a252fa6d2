"""The mistakes of whoever gives a command. They end it with one clear message, never with a traceback."""


class UserError(ValueError):
    """Something that the user can put right. exit_code: 2 for what was typed, 1 for what was found on disk."""

    exit_code = 1
