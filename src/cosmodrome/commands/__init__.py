"""What each verb of the command line does; `cosmodrome.cli` parses, dispatches, and ends with a code."""
