"""Builds what installs kvtui on a host without a package index: one file, or a folder of wheels."""
