"""robots.txt by RFC 9309 and what people really write into it. Text in, rules out; never I/O."""
