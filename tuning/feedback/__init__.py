"""What people thought of answers becomes something: a document of the owner's, rows to learn from, a known gap."""
