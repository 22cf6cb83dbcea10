"""The transparency log's formats: pure functions over bytes; no files, no network, no clock."""
