"""Alembic's scripts: `env.py` and one file a step under `versions/`. A step that was released is never edited."""
