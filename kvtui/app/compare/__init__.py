"""A vault compared by key with another vault, names or the DAGs; what is missing is copied over."""
