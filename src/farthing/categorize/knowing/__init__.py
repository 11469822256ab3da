"""What tables know: names of merchants, what banks write, trades in names, and the codes of others. Pure."""
