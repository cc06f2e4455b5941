"""Rows of any CSV file or Excel workbook, and maps that say which column is which."""
