"""The use cases that the console and the headless commands share."""
