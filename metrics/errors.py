"""What a statistic can refuse."""


class MeasureError(ValueError):
    """The numbers handed in cannot be measured; the message says what is wrong with them."""
