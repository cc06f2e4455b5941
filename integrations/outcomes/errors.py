"""What one cell of a file of outcome data can be refused for."""


class BadValueError(ValueError):
    """The cell cannot be taken. The message never quotes what stood in it."""
