"""The processes that serve: the application, waitress, the replica. Nothing imports this but the command line."""
