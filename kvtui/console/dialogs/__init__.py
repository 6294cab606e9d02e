"""The dialogs. What each prints is at the top of its module."""
