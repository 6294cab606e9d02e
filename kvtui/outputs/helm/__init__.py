"""Helm values, the Kubernetes Secret and the service accounts."""
