"""The private PostgreSQL server: found, started, watched and stopped."""
