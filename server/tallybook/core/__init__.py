"""Pure rules: quantities, merging, canonical JSON. Standard library only; no clock, no chance, no I/O."""
