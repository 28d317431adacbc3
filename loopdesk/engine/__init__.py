"""The process that talks to the services. No Qt here."""
