"""Tests are the contract."""
