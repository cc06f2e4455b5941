"""What the statistics refuse, with a sentence that says why."""


class MeasureError(ValueError):
    """The data or the settings handed to a calculation cannot be used.

    Its text is one plain sentence that says what is wrong and what to do. It never holds a
    value from a row, only the names of columns and groups, dates and settings.
    """
