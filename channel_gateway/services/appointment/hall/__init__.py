"""What happens at the hall: check-in, queue, calls, days it cancels or rests on."""
