"""What every package may import and which imports none: problems, exit codes, secret texts, safe text."""
