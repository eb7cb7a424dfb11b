"""Game files and other libraries: `.nfg`, `.efg`, payoffs in one line, Gambit, OpenSpiel."""
