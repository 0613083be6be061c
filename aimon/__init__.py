"""aimon: one YAML spec for the whole monitoring of an AI application."""

__version__ = "0.1.0"
