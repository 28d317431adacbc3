"""The two encrypted files of a profile, and every SQL statement."""
