"""What every package may import and which imports none: problems, remedies, secret texts, safe text."""
