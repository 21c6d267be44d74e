"""The infrastructure: settings in, Terraform JSON out."""

from lib import aws_bindings

aws_bindings.use_bundled_node()
aws_bindings.load_lazily()
aws_bindings.preload_lazy_provider()
