"""The whole path on one machine: declare, prove, publish, sync, crawl. Run by `make demo`."""
