"""The same use cases from a terminal. Modules stay light: what is heavy is imported when a command runs."""
