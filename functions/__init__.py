"""One folder per Lambda function: how AWS calls us. Each arrow of the journey is one folder."""
