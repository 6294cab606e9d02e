"""What the user has chosen: one frozen `Settings`, where it came from, and what each choice does to it."""
