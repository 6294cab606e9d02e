"""Contoso's groups: who is in them, directly or through another group."""

from __future__ import annotations

from dataclasses import dataclass

from kvtui.emulator.company import made_id


@dataclass(frozen=True, slots=True)
class Group:
    """A security group; its members are object ids, of principals or of other groups."""

    name: str
    members: tuple[str, ...]

    @property
    def object_id(self) -> str:
        """The group's own id."""
        return made_id("group", self.name)


GROUPS = (
    Group("grp-vault-readers", (made_id("group", "grp-transformation"),)),
    Group("grp-transformation", (made_id("sp", "dbt Cloud"), made_id("sp", "Airbyte"))),
    Group("grp-legacy-readers", (made_id("sp", "Fivetran Ingest"),)),
)


def groups_of(object_id: str) -> tuple[Group, ...]:
    """Every group that `object_id` is in, through others too."""
    found: dict[str, Group] = {}
    reached = [object_id]
    while reached:
        member = reached.pop()
        for group in GROUPS:
            if member in group.members and group.object_id not in found:
                found[group.object_id] = group
                reached.append(group.object_id)
    return tuple(found.values())


def holders(object_id: str) -> frozenset[str]:
    """Whose grants count for `object_id`: its own and its groups'."""
    return frozenset({object_id, *(group.object_id for group in groups_of(object_id))})
