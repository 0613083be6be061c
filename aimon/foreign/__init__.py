"""Files that aimon did not write: rules, dashboards and configurations, each still where it was written."""
