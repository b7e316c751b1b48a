"""The command line edge: read the words, one call, say what came of it."""
