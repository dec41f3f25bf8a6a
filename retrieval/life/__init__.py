"""How a document's life goes on after it was taken in: superseded by another, or purged without a trace."""
