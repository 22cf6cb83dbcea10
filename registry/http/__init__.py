"""What pages and API share of HTTP: problems, public files, metrics. May import Flask; decides nothing."""
