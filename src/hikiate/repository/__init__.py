"""Every query and every lock. Functions take a connection inside a transaction and never commit."""
