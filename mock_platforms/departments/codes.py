"""The departments of the example services, by the codes their service files name. Pure."""

CODES = (
    "civil_affairs",
    "examinations_authority",
    "exit_entry",
    "household_registration",
    "intermediate_court",
    "justice_bureau",
    "market_regulation",
    "real_estate_registration",
    "traffic_police",
    "urban_management",
    "vehicle_administration",
)
