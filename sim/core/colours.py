"""The palette of all figures: colours that colour-blind readers tell apart [Okabe2008], without black."""

PALETTE = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#8C6D1F", "#56B4E9", "#E6C700", "#332288")
