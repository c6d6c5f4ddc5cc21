"""The local stack: the same template on a laptop, with no Docker and no AWS account."""
