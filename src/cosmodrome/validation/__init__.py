"""Other people's numbers beside ours: the truths, what measures them, and the verdicts."""
