"""A side: OR-tools on one thread: `… -m bench_allocation.solve_by_ortools FILE pdlp|glop GAP`."""

import json
import sys
from pathlib import Path

from bench_allocation.instances import load
from bench_allocation.linear_program import LinearProgram, linear_program
from bench_clock import Clock
from ortools.linear_solver.python import model_builder_helper
from ortools.pdlp import solve_log_pb2, solvers_pb2
from ortools.pdlp.python import pdlp
from scipy.sparse import csc_matrix


def matrix_of(program: LinearProgram) -> csc_matrix:
    """Return the constraints' matrix."""
    shape = (program.upper.size, program.cost.size)
    return csc_matrix((program.entry, program.index, program.start), shape)


def by_pdlp(program: LinearProgram, gap: float) -> dict[str, float | str]:
    """Solve by first-order steps, to a relative optimality gap and feasibility."""
    quadratic = pdlp.QuadraticProgram()
    quadratic.resize_and_initialize(program.cost.size, program.upper.size)
    quadratic.objective_vector = -program.cost
    quadratic.variable_lower_bounds = 0.0 * program.cost
    quadratic.variable_upper_bounds = program.column_upper
    quadratic.constraint_lower_bounds = program.lower
    quadratic.constraint_upper_bounds = program.upper
    quadratic.constraint_matrix = matrix_of(program)
    params = solvers_pb2.PrimalDualHybridGradientParams()
    criteria = params.termination_criteria.simple_optimality_criteria
    criteria.eps_optimal_relative, criteria.eps_optimal_absolute = gap, gap * 1e-2
    params.num_threads = 1
    clock = Clock()
    result = pdlp.primal_dual_hybrid_gradient(quadratic, params)
    value = float(program.cost @ result.primal_solution) * program.unit
    reason = solve_log_pb2.TerminationReason.Name(result.solve_log.termination_reason)
    return {**clock.read(), "objective": value, "status": reason}


def by_glop(program: LinearProgram) -> dict[str, float | str]:
    """Solve by the revised simplex method."""
    model = model_builder_helper.ModelBuilderHelper()
    model.fill_model_from_sparse_data(
        0.0 * program.cost,
        program.column_upper,
        program.cost,
        program.lower,
        program.upper,
        matrix_of(program).tocsr(),
    )
    model.set_maximize(True)
    solver = model_builder_helper.ModelSolverHelper("glop")
    clock = Clock()
    solver.solve(model)
    value = float(solver.objective_value()) * program.unit
    return {**clock.read(), "objective": value, "status": str(solver.status())}


def main(path: Path, solver: str, gap: float) -> None:
    """Solve the program and print what it took, and the value found."""
    program = linear_program(load(path))
    print(json.dumps(by_pdlp(program, gap) if solver == "pdlp" else by_glop(program)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
