"""PromQL as trees that know where they were written, and what they mean."""
