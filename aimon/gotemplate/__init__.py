"""Go templates, as Prometheus reads them in the labels and annotations of alerts."""
