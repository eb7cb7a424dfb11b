"""Where what happened is kept: the run folder, tables, imported play, inspect's logs."""
