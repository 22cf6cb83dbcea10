"""Permission: who operators are, what parties grant them, and what follows with time. Builds on `declarations`."""
