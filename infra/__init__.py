"""What is connected to what: the CDK application and the same template on a laptop."""
