"""`skynet bench coordinator`: ingest and polling, on SQLite and PostgreSQL, beside the plain design."""
