"""Arrow request_plan: any number of triggers become one run at a time of the state machine."""
