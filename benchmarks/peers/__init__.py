"""Other people's ways of doing the same: each in a process of its own, in an environment that holds nothing of ours."""
