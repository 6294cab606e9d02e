"""The import of variables and connections: one dialog that names a source, previews it and stores it."""
