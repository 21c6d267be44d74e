"""What a Sparkplug host keeps in AWS, and sends through it."""
