"""Azure on loopback, for the demo and the tests. Only `process` and `company` are meant for others."""
