"""YAML 1.2 as libyaml's events tell it: values first, places only when somebody asks."""
