"""Saved settings: profiles, and the last vault and target. The only part of settings with I/O."""
