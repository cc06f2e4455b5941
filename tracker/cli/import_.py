"""`tracker import`: files from other systems. Each kind of file adds its command to the group."""

from tracker.cli import main


@main.group("import")
def import_group() -> None:
    """Take in a file from another system."""
