"""What runs beside a monitoring, or talks to one that runs, and then only because its address was given."""
