"""Work that is ended before its end."""


class StoppedError(Exception):
    """Nobody wants the work any more; the text, where there is any, says what is kept."""
