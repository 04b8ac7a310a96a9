"""Between a delivery and its courier: orders, questions, pushes."""
