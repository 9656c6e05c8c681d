"""`suasion export`: a table of a results folder as CSV or as an Excel workbook."""
