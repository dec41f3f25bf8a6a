"""The exam: questions with known answers and known absences, and what a system makes of them."""
