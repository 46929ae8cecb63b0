"""What only one machine needs; on AWS the managed services stand in its place."""
