#compdef layer-rotation
# Tab completion of layer-rotation in zsh: layer-rotation completion zsh >> ~/.zshrc
# It completes `npx layer-rotation`, too, with the package that is installed in the present folder or above it.

# Prints the program of the present folder's package, or else that of the PATH.
_layer_rotation_program() {
  local folder=$PWD
  while [[ -n $folder ]]; do
    if [[ -x $folder/node_modules/.bin/layer-rotation ]]; then
      print -r -- "$folder/node_modules/.bin/layer-rotation"
      return
    fi
    folder=${folder%/*}
  done
  whence -p layer-rotation
}

_layer_rotation() {
  local program
  local -a typed keys others
  typed=("${(@)words[1,CURRENT]}")
  if [[ ${typed[1]:t} == npx ]]; then
    [[ ${typed[2]} == layer-rotation && $CURRENT -gt 2 ]] || { _default; return }
    shift typed
  fi
  program=$(_layer_rotation_program) || { _default; return }
  others=("${(@f)$("$program" --get-yargs-completions "${typed[@]}" 2>/dev/null)}")
  # A key of an experiment waits for its value.
  keys=("${(@M)others:#*=}")
  others=("${(@)others:#*=}")
  # yargs puts what a word means behind a colon.
  others=("${(@)others%%:*}")
  compadd -S '' -- "${(@)keys:#}"
  compadd -- "${(@)others:#}" || _default
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _layer_rotation "$@"
else
  compdef _layer_rotation layer-rotation
  (( ${+_comps[npx]} )) || compdef _layer_rotation npx
fi
