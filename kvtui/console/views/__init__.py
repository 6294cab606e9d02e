"""From the state to rows: what each pane shows. No widget, no I/O; tested without a terminal."""
