"""What every template must keep to, beyond what the linters know."""
