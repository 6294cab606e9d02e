"""What each program that reads a `.env` gets for kvtui's variables: models of the seven, and a table of them.

A model is a pure function from the file's text to a `Reading`. The tests compare each with the program itself
(bash, sh, python-dotenv, docker) or with recorded answers of the program (those in Go).
"""
