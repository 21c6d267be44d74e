"""An AWS account on this machine: MiniStack, and moto's Timestream with the missing parts."""
