"""Azure on loopback, for the demo and the tests. Other packages use only `process` and `company`."""
