"""The domains of the framework that we ship, one file each."""
