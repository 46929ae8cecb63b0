"""The use cases. Functions that take a connection work inside its transaction and never commit."""
