"""The report of an exam as one page that needs nothing but itself."""
