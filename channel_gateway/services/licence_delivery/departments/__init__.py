"""What departments and operators say of a delivery."""
