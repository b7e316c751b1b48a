"""Where the record types meet the ledger: push, feed, checkouts, unclaimed operations, verifying."""
