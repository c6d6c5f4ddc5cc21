"""Arrow solve_plan: accepted data and campaigns become a certified plan."""
