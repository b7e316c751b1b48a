"""A contract's ledger: entries, images, holds; settling and the feed. Knows no record type."""
