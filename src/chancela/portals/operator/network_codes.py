"""A provider's code in an address: ASCII letters, digits, points, bars and hyphens, as imports take them."""


class Code:
    """A path converter; what is no code is no address."""

    regex = "[0-9A-Za-z./-]{1,20}"

    def to_python(self, value: str) -> str:
        """The code as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The code as it stands."""
        return value
