"""Tests of `crawler_filter.characters`."""
