"""What is written: `.env`, Helm values, Kubernetes Secret, requirements, and the steps that follow.

Everything here is pure except `writer`, the only module that changes files. Rendering a fresh `.env` imports
neither python-dotenv nor ruamel.yaml.
"""
