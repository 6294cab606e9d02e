"""What Airflow does with a configuration: names, kwargs, versions and the one lookup, `simulate`."""
