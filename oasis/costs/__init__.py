"""What Oasis costs a month on AWS: sizes, prices, billing rules, what each arrow uses, the bill."""
