"""A text becomes plain values in one pass over libyaml's events, without places: those are for who asks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from aimon.yaml12 import mistakes, scalars
from aimon.yaml12.mask import Mask
from aimon.yaml12.place import DocumentError, Text

MAX_CHARACTERS: Final = 16 * 2**20
MAX_DEPTH: Final = 100
# What aliases may add, as characters of the text that they stand for: ten times the text, or 2 Mi (a million nodes).
MIN_ALIASED: Final = 2 * 2**20
ALIASED_PER_CHARACTER: Final = 10
MERGE: Final = object()
COLLECTION_TAGS: Final = {SequenceStartEvent: "tag:yaml.org,2002:seq", MappingStartEvent: "tag:yaml.org,2002:map"}
TAGS_HELP: Final = "only !!str, !!int, !!float, !!bool, !!null, !!seq and !!map have a meaning here"

Event: TypeAlias = Any  # PyYAML's stubs leave the attributes of events untyped.


class RepeatedKeyError(DocumentError):
    """A key that its mapping already has; the walker without places cannot say where the first one is."""


class Walker:
    """Reads the documents of a text; a subclass may say what a scalar, a key and a collection become."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.next_event = _events(text)
        self._forget()

    def documents(self, *, single: bool = False) -> Iterator[Any]:
        """The value of each document in turn; DocumentError where the text is not what it should be."""
        try:
            count = 0
            while type(event := self.next_event()) is not StreamEndEvent:
                if type(event) is DocumentStartEvent:
                    if single and count:
                        raise self.error("a second document starts here", event, help="keep one document in one file")
                    count += 1
                    yield self._document()
        except yaml.YAMLError as error:
            raise mistakes.explain(error, self.text) from None

    def scalar(self, event: Event) -> Any:
        if event.implicit[0]:
            return scalars.plain(event.value)
        return event.value if event.tag in (None, "!") else self.tagged(event)

    def name(self, event: Event) -> str:
        """What a key becomes: the text as written, one object for all mappings that have it."""
        return sys.intern(event.value)

    def collection(self, event: Event) -> list[Any] | dict[Any, Any]:
        return {} if type(event) is MappingStartEvent else []

    def finished(self, container: Any, start: Event, end: Event) -> None:
        """A collection is complete."""

    def repeated(self, name: Any, event: Event) -> None:
        raise self.error(f"the key `{mistakes.shortened(event.value)}` is repeated", event, kind=RepeatedKeyError)

    def tagged(self, event: Event) -> Any:
        try:
            return scalars.tagged(event.tag, event.value)
        except KeyError:
            raise self._unknown_tag(event) from None
        except (ValueError, OverflowError):
            message = f"`{mistakes.shortened(event.value)}` is not what its tag `{_tag_as_written(event)}` says"
            raise self.error(message, event) from None

    def error(
        self, message: str, event: Event, *, help: str | None = None, kind: type[DocumentError] = DocumentError
    ) -> DocumentError:
        place = self.text.place(event.start_mark.index, event.end_mark.index)
        return kind(message, place, help, self.text.path)

    def _forget(self) -> None:
        self.container: Any = []
        self.key: Any = None  # the pending key of a mapping; None while it waits for one
        self.in_mapping = False
        self.frames: list[tuple[Any, Any, bool, Event, int]] = []
        self.anchors: dict[str, Any] = {}  # name → (value, weight), or the event that opened it and has not closed yet
        self.aliased = 0  # characters that aliases have added so far
        self.merges: list[Event] = []

    def _document(self) -> Any:
        self._forget()
        next_event, root = self.next_event, self.container
        handlers: dict[type, Callable[[Event], None]] = {
            **dict.fromkeys((MappingStartEvent, SequenceStartEvent), self._open),
            **dict.fromkeys((MappingEndEvent, SequenceEndEvent), self._close),
            AliasEvent: self._alias,
        }
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                if not self.in_mapping:
                    self.container.append(self._scalar(event))
                elif self.key is None:
                    self._take_key(event)
                else:
                    self.container[self.key] = self._scalar(event)
                    self.key = None
            elif kind is DocumentEndEvent:
                return root[0]
            else:
                handlers[kind](event)

    def _take_key(self, event: Event) -> None:
        name = MERGE if event.value == "<<" and event.implicit[0] else self.name(event)
        if name in self.container:
            self.repeated(name, event)
        if name is MERGE:
            self.merges.append(event)
        if event.tag is not None:
            self.scalar(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (self.name(event), len(event.value))
        self.key = name

    def _scalar(self, event: Event) -> Any:
        value = self.scalar(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, len(event.value))
        return value

    def _put(self, value: Any) -> None:
        if self.in_mapping:
            self.container[self.key] = value
            self.key = None
        else:
            self.container.append(value)

    def _open(self, event: Event) -> None:
        self._no_key(event)
        if len(self.frames) == MAX_DEPTH:
            raise self.error(f"values are nested deeper than {MAX_DEPTH}", event)
        if event.tag not in (None, "!", COLLECTION_TAGS[type(event)]):
            raise self._unknown_tag(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = event
        self.frames.append((self.container, self.key, self.in_mapping, event, self.aliased))
        self.container, self.key = self.collection(event), None
        self.in_mapping = type(event) is MappingStartEvent

    def _close(self, event: Event) -> None:
        done = self.container
        if self.in_mapping and MERGE in done:
            self._merge(done, self.merges.pop())
        self.container, self.key, self.in_mapping, start, aliased = self.frames.pop()
        self.finished(done, start, event)
        if start.anchor is not None and self.anchors[start.anchor] is start:
            weight = event.end_mark.index - start.start_mark.index + self.aliased - aliased
            self.anchors[start.anchor] = (done, weight)
        self._put(done)

    def _alias(self, event: Event) -> None:
        self._no_key(event)
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            name = mistakes.shortened(event.anchor)
            cure = f'write `"*{name}"` if it is text and not an alias'
            raise self.error(f"the alias `*{name}` has no anchor `&{name}` above it", event, help=cure)
        if type(anchored) is not tuple:
            raise self.error(f"the alias `*{event.anchor}` stands inside its own anchor", event)
        value, weight = anchored
        self.aliased += weight
        if self.aliased > max(MIN_ALIASED, ALIASED_PER_CHARACTER * len(self.text.content)):
            cure = "write fewer aliases of aliases"
            raise self.error("the aliases stand for too much text (an alias bomb?)", event, help=cure)
        self._put(value)

    def _unknown_tag(self, event: Event) -> DocumentError:
        return self.error(f"the tag `{_tag_as_written(event)}` is not supported", event, help=TAGS_HELP)

    def _no_key(self, event: Event) -> None:
        if self.in_mapping and self.key is None:
            raise mistakes.complex_key(self.text, event.start_mark.index)

    def _merge(self, own: dict[Any, Any], event: Event) -> None:
        """`<<`: its pairs come first, and lose to the mapping's own and to those of an earlier source."""
        value = own.pop(MERGE)
        sources = value if isinstance(value, list) else [value]
        inherited: dict[Any, Any] = {}
        for source in sources:
            if not isinstance(source, dict):
                raise self.error("`<<` takes a mapping or a list of mappings", event)
            for name, item in source.items():
                if name not in own and name not in inherited:
                    inherited[name] = item
        pairs = {**inherited, **own}
        own.clear()
        own.update(pairs)


def _tag_as_written(event: Event) -> str:
    return mistakes.shortened(event.tag.replace("tag:yaml.org,2002:", "!!"))


def _events(text: Text) -> Callable[[], Event]:
    """libyaml's events, or those of PyYAML's own parser where libyaml is missing."""
    if len(text.content) > MAX_CHARACTERS:
        raise DocumentError(f"the text is larger than {MAX_CHARACTERS // 2**20} MiB", path=text.path)
    mask = Mask(text.content)
    try:
        parser: Any = mistakes.LOADER(mask.content)
    except UnicodeEncodeError as error:
        code = ord(text.content[error.start])
        raise text.error(f"U+{code:04X} is half of a surrogate pair", error.start, error.start + 1) from None
    except yaml.YAMLError as error:
        raise mistakes.explain(error, text) from None
    if not mask.originals:
        return parser.get_event  # type: ignore[no-any-return]

    def next_event() -> Event:
        event = parser.get_event()
        if type(event) is ScalarEvent:
            event.value = mask.restore(event.value)
        return event

    return next_event
