"""The command `oasis`: what people do with a stack, on a laptop or on AWS."""
