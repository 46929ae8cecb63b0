"""What AWS gives in place of one's own machine: the secret, the queue, the uploads, and where it can be watched."""
