"""hikiate (引当): decides which stock serves which order."""
