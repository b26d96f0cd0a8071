"""The life of an alert at the coordinator: taken in once, delivered in one order, acknowledged by a person."""
