"""The Python that runs the functions in AWS, on this machine: `make unit-313`."""
