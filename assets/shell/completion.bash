# Tab completion of layer-rotation in bash: layer-rotation completion bash >> ~/.bashrc
# It completes `npx layer-rotation`, too, with the package that is installed in the present folder or above it.

# Prints the program of the present folder's package, or else that of the PATH.
_layer_rotation_program() {
  local folder=$PWD
  while [[ -n $folder ]]; do
    if [[ -x $folder/node_modules/.bin/layer-rotation ]]; then
      printf '%s\n' "$folder/node_modules/.bin/layer-rotation"
      return
    fi
    folder=${folder%/*}
  done
  type -P layer-rotation
}

_layer_rotation() {
  local program words=() current=${COMP_WORDS[COMP_CWORD]} word before=
  COMPREPLY=()
  # bash breaks words at =, which the program reads as a whole.
  for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ ${#words[@]} -gt 0 && ( $word == = || ( $before == = && -n $word ) ) ]]; then
      words[${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    before=$word
  done
  if [[ ${words[0]##*/} == npx ]]; then
    [[ ${#words[@]} -gt 2 && ${words[1]} == layer-rotation ]] || return 0
    words=("${words[@]:1}")
  fi
  word=${words[${#words[@]}-1]}
  if [[ $word == *=* ]]; then
    # The value of a key may be a file, which bash completes by itself.
    [[ $word == -* && $word == *"=${current#=}" ]] || return 0
    current=${current#=}
    words[${#words[@]}-1]=${word%%=*}
    words+=("$current")
  fi
  program=$(_layer_rotation_program) || return 0
  while IFS= read -r word; do
    [[ $word == "$current"* ]] && COMPREPLY+=("$word")
  done < <("$program" --get-yargs-completions "${words[@]}" 2>/dev/null)
  # A key of an experiment waits for its value.
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
  return 0
}

complete -o bashdefault -o default -F _layer_rotation layer-rotation
complete -p npx >/dev/null 2>&1 || complete -o bashdefault -o default -F _layer_rotation npx
