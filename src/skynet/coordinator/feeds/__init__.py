"""Waking those who wait for news."""
