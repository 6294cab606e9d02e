"""What happens when something is asked: each concern changes the state and starts its own work."""
