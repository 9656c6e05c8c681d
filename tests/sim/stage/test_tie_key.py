"""Keys of ties: the kind to the model, a unique name to files of the graph."""

import copy
import pickle
from io import BytesIO

import networkx as nx
import pytest

import sim
from sim.stage.tie_key import TieKey

pytestmark = pytest.mark.exact


def test_a_key_is_its_kind():
    """Equal to the text, in lookups, formats, copies and other processes; `str()` names both ends."""
    key = TieKey("economic", "RUS", "KAZ")
    for one in (key, copy.deepcopy(key), pickle.loads(pickle.dumps(key))):
        assert (
            one == "economic"
            and f"{one}" == "economic"
            and {"economic": 1}[one] == 1
            and str(one) == "RUS->KAZ:economic"
        )


def test_the_network_as_graphml(load):
    """Every edge has its own id and its channel; the model's lookups stay as they were."""
    graph, file = sim.network(load()), BytesIO()
    nx.write_graphml(graph, file)
    ids = [
        line.partition('id="')[2].partition('"')[0]
        for line in file.getvalue().decode().splitlines()
        if "<edge " in line
    ]
    assert len(ids) == len(set(ids)) == graph.number_of_edges() > 1000
    file.seek(0)
    channels = {data["channel"] for *_, data in nx.read_graphml(file).edges(data=True)}
    assert channels == {"military", "economic", "cultural", "elite", "public"} and graph.has_edge(
        "RUS", "KAZ", key="military"
    )
