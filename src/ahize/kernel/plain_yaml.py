"""YAML as a person reads it.

Only true and false are flags, so that ``on``, ``no`` and ``off`` stay words; and a name that stands twice in one place
is a mistake, not the last one's victory.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.constructor import ConstructorError


class _Loader(yaml.SafeLoader):
    """The safe loader without YAML 1.1's other spellings of true and false."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[tuple[str, str]] = set()
        for name, _ in node.value:
            if isinstance(name, yaml.ScalarNode):
                if (name.tag, name.value) in seen:
                    raise ConstructorError(None, None, f"“{name.value}” stands here twice", name.start_mark)
                seen.add((name.tag, name.value))
        return super().construct_mapping(node, deep)


_FLAG = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _FLAG]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_FLAG, re.compile(r"^(?:true|false)$"), list("tf"))


def read_yaml(text: str) -> Any:
    """What the text says. Raises: yaml.YAMLError."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506  a safe loader


def node_lines(text: str, key: str) -> list[int]:
    """The line on which each item of the list under ``key`` begins; empty where there is no such list."""
    root = yaml.compose(text, Loader=_Loader)
    if not isinstance(root, yaml.MappingNode):
        return []
    for name, value in root.value:
        if name.value == key and isinstance(value, yaml.SequenceNode):
            return [item.start_mark.line + 1 for item in value.value]
    return []
