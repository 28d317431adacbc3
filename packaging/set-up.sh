# Read by `start` and `test`: set_up PART ... makes the parts of the environment that are missing or
# stale. When nothing is to be done it starts no Python and takes a few milliseconds.

checkout=$(dirname "$(dirname "$(readlink -f "$0")")")
venv=$checkout/.venv

# What an environment is good for: these very files, at this place, with this Python.
environment_key() {
    cat "$checkout/pyproject.toml" "$checkout"/requirements*.lock "$checkout"/packaging/environment.py |
        sha256sum
    echo "$checkout $(readlink -f "$venv/bin/python")"
}

suitable_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1
        then
            echo "$name"
            return
        fi
    done
    echo "LoopDesk needs Python 3.11, 3.12, 3.13 or 3.14 as python3, and found none." >&2
    return 1
}

set_up() {
    key=$(environment_key)
    missing=
    for part; do
        [ "$key" = "$(cat "$venv/ready-$part" 2>/dev/null)" ] || missing="$missing $part"
    done
    [ "$missing" ] || return 0
    python=$(suitable_python) || exit 1
    "$python" "$checkout/packaging/environment.py" $missing >&2 || exit
    for part in $missing; do
        environment_key >"$venv/ready-$part"
    done
}
