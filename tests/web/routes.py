"""Every route of the API as it is declared, and requests made up from its schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from ahize.web.api import api, openapi_json
from ahize.web.permissions import OpenToAll, Requires

WORDS = {
    "^[A-Za-z]{2}$": "US",
    "^[A-Z]{2}-[A-Z0-9-]{1,30}$": "US-FTC",
    "^[0-9]{2,5}$": "202",
}
"""An example for each pattern in the schema that is not one of the plain formats."""

FORMATS = {
    "date-time": "2026-03-02T15:00:00Z",
    "date": "2026-03-02",
    "time": "09:00:00",
    "email": "somebody@example.org",
    "uri": "https://example.org/",
    "binary": "x",
}


@dataclass(frozen=True)
class Route:
    """One operation: its address with ``{names}``, its guard, and its schema."""

    method: str
    path: str
    guard: Requires | OpenToAll
    schema: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def names(self) -> list[str]:
        """The ids in its address."""
        return [one["name"] for one in self.schema.get("parameters", []) if one["in"] == "path"]

    def address(self, value: str) -> str:
        """Its address with ``value`` for every id, and an example for each query value it insists on."""
        path = self.path
        for name in self.names:
            path = path.replace(f"{{{name}}}", value)
        asked = [
            f"{one['name']}={example(one['schema'], value)}"
            for one in self.schema.get("parameters", [])
            if one["in"] == "query" and one.get("required")
        ]
        return path + ("?" + "&".join(asked) if asked else "")

    def headers(self, value: str) -> dict[str, str]:
        return {
            one["name"]: str(example(one["schema"], value))
            for one in self.schema.get("parameters", [])
            if one["in"] == "header"
        }

    def body(self, value: str) -> Any:
        """A body that the schema accepts, with ``value`` for every id in it; ``None`` where it takes none."""
        content = self.schema.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return None
        return example(content["application/json"]["schema"], value)


@cache
def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(openapi_json())
    return read


def guards() -> Iterator[tuple[str, str, list[Any]]]:
    """Method, address and declared guards of every operation."""
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    address = "/api/" + "/".join(part for part in (bound.prefix.strip("/"), path.strip("/")) if part)
                    yield method.lower(), address, list(operation.auth_callbacks)


@cache
def routes() -> tuple[Route, ...]:
    """Every route, in the order of their addresses."""
    declared = {(method, plain(path)): found for method, path, found in guards()}
    return tuple(
        Route(method, path, declared[method, path][0], schema)
        for path, methods in sorted(document()["paths"].items())
        for method, schema in sorted(methods.items())
    )


def plain(path: str) -> str:
    """``{uuid:thing_id}`` as the schema writes it: ``{thing_id}``."""
    return "/".join(
        f"{{{part[1:-1].rpartition(':')[2]}}}" if part.startswith("{") else part for part in path.split("/")
    )


def example(schema: dict[str, Any], uuid: str) -> Any:
    """The plainest value that a schema accepts: what it requires and no more; ``uuid`` wherever it wants an id."""
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        return example(several[0], uuid)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    return PLAIN.get(schema.get("type", ""), lambda _schema, _uuid: None)(schema, uuid)


def _object(schema: dict[str, Any], uuid: str) -> dict[str, Any]:
    properties = schema.get("properties", {})
    ids = [name for name, one in properties.items() if "uuid" in json.dumps(one)]
    return {name: example(properties[name], uuid) for name in dict.fromkeys([*schema.get("required", []), *ids])}


def _array(schema: dict[str, Any], uuid: str) -> list[Any]:
    few = max(schema.get("minItems", 0), 1 if "uuid" in json.dumps(schema) else 0)
    return [example(schema["items"], uuid)] * few


def _number(schema: dict[str, Any], _uuid: str) -> int:
    return int(max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1, 1))


def _string(schema: dict[str, Any], uuid: str) -> str:
    if schema.get("format") == "uuid":
        return uuid
    known = FORMATS.get(schema.get("format", "")) or WORDS.get(schema.get("pattern", ""))
    return known or "example"[: schema.get("maxLength", 7)].ljust(schema.get("minLength", 0), "e")


PLAIN: dict[str, Callable[[dict[str, Any], str], Any]] = {
    "object": _object,
    "array": _array,
    "integer": _number,
    "number": _number,
    "boolean": lambda _schema, _uuid: False,
    "string": _string,
}
