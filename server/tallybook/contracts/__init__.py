"""Contracts: what the office writes about them, who works on them, and their import."""
