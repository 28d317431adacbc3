"""The way to the services: HTTP that raises our errors, the guard, and the OAuth receiver."""
