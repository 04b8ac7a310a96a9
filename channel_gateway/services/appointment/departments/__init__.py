"""What a department hears of its appointments, and what it may call."""
