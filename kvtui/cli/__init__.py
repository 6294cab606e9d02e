"""From the command line to the console or a headless command: options, sources, start-up, hardening."""
