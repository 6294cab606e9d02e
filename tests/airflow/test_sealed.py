"""What a simulation holds of a value."""

from __future__ import annotations

import copy
import pickle

import pytest

from kvtui.core.secret_text import MASK, Sealed


def test_a_sealed_value_neither_shows_nor_copies_itself() -> None:
    sealed = Sealed({"password": "p"})
    assert f"{sealed} {sealed!r}" == f"{MASK} {MASK}"
    for leak in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            leak(sealed)
