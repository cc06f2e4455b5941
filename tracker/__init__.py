"""The web application: see docs/ARCHITECTURE.md for the map."""


def main(_global_config: dict[str, str] | None, **_settings: str) -> None:
    """Build the WSGI app."""
