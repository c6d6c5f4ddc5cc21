"""Noun pointer: which plan is current, and which campaigns are silent whatever it says."""
