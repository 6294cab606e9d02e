"""What each program that reads a `.env` gets for our variables: models of the seven, and a table of them.

A model is a pure function from the file's text to a `Reading`. The tests hold each against the program itself
(bash, sh, python-dotenv, docker) or against what the program answered when it was asked (the ones in Go).
"""
