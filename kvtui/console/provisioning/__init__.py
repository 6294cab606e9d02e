"""What is changed in Azure: apps, client secrets, grants, secrets of the vault."""
