"""The questions and orders a person has: what is on top, open it, search, act, take back, why."""
