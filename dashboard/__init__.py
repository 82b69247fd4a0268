"""What a person sees: the command line, the pages and the charts. Numbers come from `metrics` alone."""
