"""The template keeps every rule, and each rule notices a template that breaks it."""

import copy

import function_rules
import pytest
import queue_mutations
import queue_rules
import rights_mutations
import rights_rules
import stored_data_mutations
import stored_data_rules
from trigger_graph import loop, rules_of_ended_runs, trigger_graph, without

pytestmark = pytest.mark.promise("R11")

RULES = {
    rule.__name__: rule
    for module in (queue_rules, stored_data_rules, rights_rules, function_rules)
    for rule in module.RULES
}
MUTATIONS = {
    **queue_mutations.MUTATIONS,
    **stored_data_mutations.MUTATIONS,
    **rights_mutations.MUTATIONS,
}


@pytest.mark.parametrize("rule", RULES)
def test_the_template_keeps_the_rule(stacks, rule):
    violations = RULES[rule](stacks.resources)

    assert violations == []


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutated_template_is_noticed(stacks, mutation):
    resources = copy.deepcopy(stacks.resources)
    MUTATIONS[mutation].apply(resources)

    violations = RULES[MUTATIONS[mutation].breaks](resources)

    assert resources != stacks.resources
    assert violations != []


def test_each_rule_has_a_mutation_that_breaks_it():
    broken = {mutation.breaks for mutation in MUTATIONS.values()}

    assert broken == RULES.keys()


def test_an_ended_run_asks_again_and_nothing_else_comes_back_to_its_start(stacks):
    request_plan, _ = stacks.function("request_plan")
    machine, _ = stacks.machine("PlanRun")
    graph = trigger_graph(stacks.resources)
    (ended,) = rules_of_ended_runs(stacks.resources)

    members = loop(graph)

    (queue,) = graph[ended]
    assert members == {machine, ended, queue, request_plan}
    assert loop(without(graph, {ended})) == set()


def test_the_graph_of_triggers_leads_from_a_drop_to_its_plan(stacks):
    graph = trigger_graph(stacks.resources)

    reached, waiting = set(), ["DropBucket"]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += graph.get(node, ())

    functions = stacks.of_type("AWS::Lambda::Function").keys() & reached
    started_by_people = ("export_part", "export_plan")
    asked = ("lookup_scores", "reconcile", *started_by_people)
    beside = {stacks.function(name)[0] for name in asked}
    assert functions == stacks.of_type("AWS::Lambda::Function").keys() - beside
