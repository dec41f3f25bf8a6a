"""What a person sees of an exam, in words."""
