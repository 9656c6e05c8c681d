"""Kinds of intervals: their names and one explanation each."""

RESAMPLES = 2000
FEW = 3  # with fewer replications behind the variance, resamples differ too much for an interval

BOOTSTRAP, SKEWED, SCORE, WILSON, NONE = (
    "studentised bootstrap", "skewness-corrected t", "paired score", "Wilson score", "none",
)  # fmt: skip
EXPLAINED = {
    BOOTSTRAP: f"studentised bootstrap of the mean, {RESAMPLES} resamples, never narrower than Student's t, inside the range of the quantity",
    SKEWED: f"Student's t with correction for skewness where the variance rests on fewer than {FEW} replications, never narrower than Student's t, "
    "inside the range of the quantity",
    SCORE: "score interval for paired shares of replications",
    WILSON: "Wilson score interval for a share of replications",
    NONE: "all values are equal, or one replication: no interval",
}
