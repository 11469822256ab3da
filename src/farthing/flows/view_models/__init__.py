"""What each page shows, as plain frozen structs: flows fill them, templates print them. Nothing here touches the world.

`parts` (amounts, chips, links), `format` (money and days in words), `charts` (geometry), then one module a page.
"""
