"""What a household makes of the tree: its own categories and groups, its changes to the system's. Tables category, category_group."""

from farthing.categorize.own.categories import (
    Tree,
    add_own,
    drop_own,
    free_name,
    keep,
    match_name,
    parse_name,
    renamed,
    reorder,
    tree,
    whole_tree,
)
from farthing.categorize.own.groups import add_group, drop_group, keep_group, parse_group, ranked

__all__ = [
    "Tree",
    "add_group",
    "add_own",
    "drop_group",
    "drop_own",
    "free_name",
    "keep",
    "keep_group",
    "match_name",
    "parse_group",
    "parse_name",
    "ranked",
    "renamed",
    "reorder",
    "tree",
    "whole_tree",
]
