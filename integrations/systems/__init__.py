"""Registers of digital systems, as files."""
