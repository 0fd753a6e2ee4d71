"""What an operator edits, and the few files that read it: settings, places, columns, the database, the logs."""
