"""kvtui: from nothing to a working, proven Azure Key Vault secrets backend for Airflow on Astro."""

__version__ = "0.1.0"
