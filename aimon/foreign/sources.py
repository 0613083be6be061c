"""Which data source a query of a dashboard goes to, as far as the dashboard itself tells."""

from __future__ import annotations

import re
from typing import Any

from aimon.foreign.languages import LANGUAGES
from aimon.foreign.loose import entries, mapping, text

_VARIABLE = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)\]\]")
_UNKNOWN = ""


class DataSources:
    """The kinds of data sources by the names that a dashboard has for them: inputs of an import, and variables."""

    def __init__(self, dashboard: dict[str, Any]) -> None:
        inputs = {text(entry, "name"): text(entry, "pluginId") for _, entry in entries(dashboard, (), "__inputs")}
        listed = entries(mapping(dashboard, "templating"), (), "list")
        variables = {
            text(entry, "name"): text(entry, "query") for _, entry in listed if entry.get("type") == "datasource"
        }
        new = {
            text(entry, "spec", "name"): text(entry, "spec", "pluginId")
            for _, entry in entries(dashboard, (), "variables")
            if entry.get("kind") == "DatasourceVariable"
        }
        self._plugins = {**inputs, **variables, **new}

    def plugin(self, *said: Any) -> str:
        """The plugin behind the first of these that says anything; empty where that is not known."""
        for source in said:
            plugin = self._plugin(source)
            if plugin and not (plugin == "-- Mixed --" or text(source, "uid") == "-- Mixed --"):
                return plugin
        return _UNKNOWN

    def _plugin(self, source: Any) -> str:
        """The plugin of ``{"type": …, "uid": …}``, or of a name as older dashboards have it."""
        named = source if isinstance(source, str) else text(source, "uid")
        kind = "" if isinstance(source, str) else text(source, "type")
        variable = _VARIABLE.search(named) or _VARIABLE.fullmatch(kind)
        if variable is not None:
            known = self._plugins.get(variable[1] or variable[2] or variable[3], "")
            return known or ("" if "$" in kind else kind)
        return named if named in LANGUAGES and named.startswith("-- ") else kind
