"""What each stage gives its lookup: `python -m bench_load.stages_side` prints it as JSON."""

import json

from oasis.costs.deployments import deployment_of

if __name__ == "__main__":
    STAGES = {name: deployment_of(name) for name in ("dev", "prod")}
    told = {
        name: {"memory_mb": each.lookup_memory_mb, "provisioned": each.lookup_provisioned}
        for name, each in STAGES.items()
    }
    print(json.dumps(told))
