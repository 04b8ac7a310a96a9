"""Foreign protocols: channels, finance authorities, departments and couriers."""
