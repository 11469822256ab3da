"""CSV in all its dialects: rows, the meaning of columns, and lines. Pure."""
