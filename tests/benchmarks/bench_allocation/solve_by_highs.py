"""A side: HiGHS on one thread: `python -m bench_allocation.solve_by_highs FILE simplex|ipm GAP`."""

import json
import sys
from pathlib import Path

import highspy
import numpy as np
from bench_allocation.instances import load
from bench_allocation.linear_program import linear_program
from bench_clock import Clock


def main(path: Path, solver: str, gap: float) -> None:
    """Solve the program and print what it took, and the value found."""
    program = linear_program(load(path))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = program.cost.size, program.upper.size
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_upper_ = program.cost, program.column_upper
    lp.col_lower_ = np.zeros(program.cost.size)
    lp.row_lower_, lp.row_upper_ = program.lower, program.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = program.start, program.index
    lp.a_matrix_.value_ = program.entry
    model = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("solver", solver)):
        model.setOptionValue(option, value)
    if solver == "ipm":
        model.setOptionValue("run_crossover", "off")
        model.setOptionValue("ipm_optimality_tolerance", max(gap, 1e-8))
    model.passModel(lp)
    clock = Clock()
    model.run()
    found = {"objective": model.getObjectiveValue() * program.unit}
    print(json.dumps({**clock.read(), **found, "status": str(model.getModelStatus())}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
