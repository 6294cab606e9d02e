"""The widgets of the panes and dialogs."""
