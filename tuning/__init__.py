"""tuning teaches: examples, training, examinations, adapters."""
