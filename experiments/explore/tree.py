"""The regression tree of scenario discovery [Breiman1984], and its size by cross-validation."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sklearn.tree import DecisionTreeRegressor

SEED = 20220105  # of ties between equal splits
FOLDS = 5
LEAST_LEAF_SHARE = 0.02  # least share of the runs in a leaf
N_ALPHAS = 12  # sizes of tree in the comparison


def grow_tree(
    x: np.ndarray, y: np.ndarray, row: np.ndarray, depth: int, leaves: Sequence[int]
) -> "DecisionTreeRegressor":
    """The tree with the first leaf size, unless a smaller leaf scores better by more than a standard error.

    x (runs, columns), y (runs,), row (runs,); leaves: least numbers of runs in a leaf. Small leaves tend to fit chance.
    """
    sizes = dict.fromkeys(max(int(LEAST_LEAF_SHARE * y.size), leaf) for leaf in leaves)
    (tree, score), *others = (_prune(x, y, row, depth, leaf) for leaf in sizes)
    for finer, finer_score in others:
        if (finer_score - score).mean() > _standard_error(finer_score - score):
            tree, score = finer, finer_score
    return tree.fit(x, y)


def _prune(
    x: np.ndarray, y: np.ndarray, row: np.ndarray, depth: int, leaf: int
) -> tuple["DecisionTreeRegressor", np.ndarray]:
    """The smallest tree within one standard error of the best, and its score in every fold.

    Cross-validation leaves out whole sampled rows.
    """
    from sklearn.model_selection import GroupKFold, cross_val_score
    from sklearn.tree import DecisionTreeRegressor

    tree = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=leaf, random_state=SEED)
    alphas = tree.cost_complexity_pruning_path(x, y).ccp_alphas
    alphas = np.unique(np.maximum(0.0, alphas))
    alphas = alphas[np.unique(np.linspace(0, len(alphas) - 1, N_ALPHAS).round().astype(int))]
    folds = GroupKFold(min(FOLDS, np.unique(row).size))
    scores = np.array([
        cross_val_score(tree.set_params(ccp_alpha=a), x, y, groups=row, cv=folds, scoring="neg_mean_squared_error")
        for a in alphas
    ])  # fmt: skip
    shortfall = scores[scores.mean(axis=1).argmax()] - scores  # fold by fold, as some folds are harder for every tree
    smallest = np.flatnonzero(shortfall.mean(axis=1) <= [_standard_error(one) for one in shortfall]).max()
    return tree.set_params(ccp_alpha=alphas[smallest]), scores[smallest]


def _standard_error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / np.sqrt(values.size))
