# Writes a folder's path as it has to stand in a pattern of file(GLOB …), where [ ], * and ? have a meaning.
function(layer_rotation_glob_folder result folder)
  string(REGEX REPLACE "([[*?])" "[\\1]" escaped "${folder}")
  set(${result} "${escaped}" PARENT_SCOPE)
endfunction()
