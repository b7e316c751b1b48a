"""Tallybook: daily records of road and bridge construction, kept offline and merged without loss."""
