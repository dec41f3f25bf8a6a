"""Files are read in processes of their own, so that one which makes its reader crash or hang costs itself alone.

A worker imports this package too: nothing is imported here, so that it starts in a tenth of a second.
"""
