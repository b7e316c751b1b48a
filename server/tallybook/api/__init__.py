"""The HTTP edge: parse, may I, one call, serialise."""
