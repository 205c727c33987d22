"""What happens now: the desk's numbers, who waits, who comes next, who walks in."""
