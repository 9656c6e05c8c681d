"""The vocabulary: retired words stand nowhere in code and texts."""

import pytest

from tests.vocabulary import files, retired

pytestmark = pytest.mark.exact


def test_no_retired_word_is_used():
    """Identifiers and texts of all tracked files, but for tables of what was renamed and addresses of draws."""
    paths = files([])
    assert len(paths) > 400
    assert [line for path in paths for line in retired(path)] == []
