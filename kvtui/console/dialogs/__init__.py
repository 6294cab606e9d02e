"""What stands above the panes."""
