"""The words that the service ships with: templates, frameworks, help. Data, no behaviour."""
