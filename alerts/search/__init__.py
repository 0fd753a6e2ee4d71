"""Searching the archive with the rule language: keep the index, find, show what a rule would have found."""
