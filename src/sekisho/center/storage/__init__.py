"""What the center keeps, and how: SQLAlchemy Core over SQLite or PostgreSQL."""
