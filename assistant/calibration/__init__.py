"""Calibrated abstention: what a confidence is worth, and how sure an answer must be for the risk that the owner set."""
