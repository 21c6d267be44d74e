"""The infrastructure: settings in, Terraform JSON out."""

from lib import aws_bindings

aws_bindings.use_bundled_node()
aws_bindings.preload_lazy_provider()
aws_bindings.load_lazily()
