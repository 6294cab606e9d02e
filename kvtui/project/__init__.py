"""The Astro project on disk: its files, its Dockerfile, git, the versions it uses."""
