"""The audit of a project: its files are read here; what they say is understood and judged in `airflow`."""
