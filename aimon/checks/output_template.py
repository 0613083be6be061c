"""A template of the user's own can be rendered.

Why: a template that asks for something that is not there would leave a hole in the output. The samples are a file
`prometheus.yml.j2` in the folder that `--templates` lays over ours.

Bad template::

    global: {scrape_interval: {{ stack.server.scrape_intervall.text | yaml }}}

Good template::

    global: {scrape_interval: {{ stack.server.scrape_interval.text | yaml }}}
"""

ID = "output/template"
