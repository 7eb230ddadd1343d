"""What people write: bounded TOML, tables, and the only place where km, deg and kN become SI."""
