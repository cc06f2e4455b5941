"""What the service does, one module a subject, one function a use case."""
