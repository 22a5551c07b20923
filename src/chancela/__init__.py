"""Chancela: attendance tokens for Brazilian health and dental plans."""
