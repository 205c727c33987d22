"""What goes out of the house, at the desk: what did not go, whom to call, what waits."""
