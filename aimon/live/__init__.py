"""What runs beside a monitoring, or talks to one that runs."""
