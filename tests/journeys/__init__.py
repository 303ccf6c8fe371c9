"""A package, so that its service ends with it: a process has room for one durable engine."""
