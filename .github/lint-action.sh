#!/usr/bin/env bash
# What action.yml runs: sekisho of this checkout, in an environment of its own, looks at FILES.
# Inputs come as variables, so that no file's name is ever read as a command. SEKISHO names a
# command that is installed already.
set -euo pipefail

if [[ -z ${SEKISHO:-} ]]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --require-hashes -r "$ACTION/requirements/run.lock"
    "$folder/bin/pip" install --quiet --no-deps "$ACTION"
    SEKISHO=$folder/bin/sekisho
fi

mapfile -t files < <(grep -v '^[[:space:]]*$' <<<"$FILES")
((${#files[@]})) || {
    echo "::error::sekisho lint: no file is named in the input 'files'"
    exit 2
}
options=()
[[ -z ${SETTINGS:-} ]] || options+=(--settings "$SETTINGS")
[[ ${STRICT:-false} != true ]] || options+=(--strict)
if [[ -n ${SARIF:-} ]]; then
    # 1 is findings, which the annotations below fail the job for
    "$SEKISHO" lint --format sarif "${options[@]}" -- "${files[@]}" >"$SARIF" || [[ $? == 1 ]]
fi
"$SEKISHO" lint --format github "${options[@]}" -- "${files[@]}"
