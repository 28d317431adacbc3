"""The services, one folder each, and the contract they keep."""
