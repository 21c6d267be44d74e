"""The real Terraform, applying the synthesized plan unchanged."""
