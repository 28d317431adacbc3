"""What a run has of each service: one module each, all of the shape of `Service`."""
