"""The real Terraform, applying the synthesized plan as it is."""
