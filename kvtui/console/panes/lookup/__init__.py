"""Pane 4: one lookup as Airflow would do it."""
