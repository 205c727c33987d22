"""What happens unasked: when to look, and one file a job."""
