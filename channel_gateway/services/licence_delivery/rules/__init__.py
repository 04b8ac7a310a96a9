"""What a delivery's state rests on, and when its courier is asked."""
