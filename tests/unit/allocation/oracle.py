"""The program solved by HiGHS on the original arrays: shares no code with the solver."""

import highspy
import numpy as np


def optimum(problem):
    """The optimal value of the linear program, by HiGHS."""
    rows = problem.slots.size
    edges, campaigns = problem.campaign.size, problem.cap.size
    row = np.repeat(np.arange(rows), np.diff(problem.row_start))
    columns = edges + campaigns
    exposures_scale = max(float(np.max(problem.slots, initial=0.0)), 1e-30)
    value_scale = float(max(np.max(problem.value, initial=0.0), 1e-30))
    slots = problem.slots / exposures_scale
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("primal_feasibility_tolerance", 1e-9)
    model.setOptionValue("dual_feasibility_tolerance", 1e-9)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows + 2 * campaigns + problem.licensor_cap.size
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate(
        (
            slots[row] * problem.value.astype(float) / value_scale,
            -problem.shortfall_penalty / value_scale,
        )
    )
    lp.col_lower_ = np.zeros(columns)
    lp.col_upper_ = np.concatenate((problem.track_cap[row], np.full(campaigns, np.inf)))
    lp.row_lower_ = np.concatenate(
        (
            np.full(rows + campaigns, -np.inf),
            problem.minimum / exposures_scale,
            np.full(problem.licensor_cap.size, -np.inf),
        )
    )
    lp.row_upper_ = np.concatenate(
        (
            problem.promoted_share,
            problem.cap / exposures_scale,
            np.full(campaigns, np.inf),
            problem.licensor_cap / exposures_scale,
        )
    )
    entries = []
    for e in range(edges):
        j = problem.campaign[e]
        n = slots[row[e]]
        entries.append([(row[e], 1.0), (rows + j, n), (rows + campaigns + j, n)])
        entries[-1].append((rows + 2 * campaigns + problem.licensor[j], n))
    entries.extend([(rows + campaigns + j, 1.0)] for j in range(campaigns))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum([len(c) for c in entries]))).astype(int)
    lp.a_matrix_.index_ = np.array([r for c in entries for r, _ in c], dtype=int)
    lp.a_matrix_.value_ = np.array([v for c in entries for _, v in c], dtype=float)
    model.passModel(lp)
    model.run()
    assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return model.getObjectiveValue() * exposures_scale * value_scale
