"""A local stand-in for the services: their documented rules, a made-up company's week in them."""
