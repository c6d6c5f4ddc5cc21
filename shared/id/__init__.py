"""Noun id: the opaque text by which audiences, tracks, licensors and campaigns are named."""
