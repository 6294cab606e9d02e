"""The console: Textual, and nothing that decides."""
