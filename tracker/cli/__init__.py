"""The `tracker` command: one module a subject, each adding its commands to the group."""

import click


@click.group()
def main() -> None:
    """Run and look after the Competence Tracker."""
