"""Controllers that belong to no pane: start, sign-in, profiles, prompts, Esc, revealed values."""
