"""The day is reconciled: channel, gateway, finance and bank; what differs is explained."""
