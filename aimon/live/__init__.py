"""What is read from a running server, and only because its address was given: nothing is ever written there."""
