"""The hardware: vehicles, upper stages and sites, read from data files with a source for every number."""
