"""Synthesizes every preset with CDK Terrain (cdktn) as well, and compares the plans with those of CDKTF."""
