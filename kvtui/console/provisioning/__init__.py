"""Changes in Azure: apps, client secrets, federated credentials, grants, secrets of the vault."""
