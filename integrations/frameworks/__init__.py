"""Frameworks of competences as files that organisations share: JSON with a schema, and CSV."""
