"""What is said between people and the assistant: follow-ups, small talk, asking back, and questions in parts."""
