"""What one process says is what the other hears."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loopdesk.core.changes import AccountState, ChangeSet
from loopdesk.core.items import ItemId
from loopdesk.engine import protocol
from loopdesk.engine.protocol import ToEngine, ToWindow

_WORD = st.text(max_size=8)
_IDS = st.lists(_WORD, max_size=3).map(tuple)
_CHANGES = st.builds(
    ChangeSet, upserted=_IDS.map(lambda ids: tuple(map(ItemId, ids))), removed=st.just(())
)


@given(st.builds(ToEngine))
def test_the_engine_hears_the_window(word: ToEngine) -> None:
    line = protocol.write(word)
    assert line.count(b"\n") == 1
    assert protocol.read_to_engine(line) == word


@given(
    st.builds(
        ToWindow,
        ready=st.booleans(),
        changes=st.none() | _CHANGES,
        actions=_IDS,
        errands=_IDS,
        accounts=st.booleans(),
        progress=st.none() | st.tuples(_WORD, st.integers(0, 9)),
        stands=st.none() | st.tuples(_WORD, st.sampled_from(AccountState), _WORD),
        trouble=st.none() | st.tuples(_WORD, _WORD),
    )
)
def test_the_window_hears_the_engine(word: ToWindow) -> None:
    line = protocol.write(word)
    assert line.count(b"\n") == 1
    assert protocol.read_to_window(line) == word


@given(st.none() | st.binary(max_size=40))
def test_the_key_is_the_first_line(key: bytes | None) -> None:
    assert protocol.read_key(protocol.key_line(key)) == key
