"""Who a household is: its row and settings, its members, how they are found by e-mail, names of their API tokens, exports asked for.

Tables: household (but for its version), member, login (finder), api_token_name, export, export_part. Sessions and API tokens themselves
belong to the security floor. Verbs: found, settle, join, find_login, rename, set_password, name_token, ask_export.
"""
