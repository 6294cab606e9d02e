"""What happens beside the panes: signing in, starting, profiles, what is revealed."""
