"""Findings and changes as words, one form a module."""
