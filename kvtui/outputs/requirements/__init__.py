"""The provider's line in requirements.txt."""
