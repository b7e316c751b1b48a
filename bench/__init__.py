"""Measuring Tallybook on one machine: the real server, a throwaway database, ratios within one run."""
