# `node-gyp rebuild` and electron-rebuild end here; CMake builds the addon.
{
  'targets': [
    {
      'target_name': 'layer_rotation',
      'type': 'none',
      'actions': [
        {
          'action_name': 'build with CMake',
          'inputs': ['CMakeLists.txt'],
          'outputs': ['<(PRODUCT_DIR)/layer_rotation.node'],
          'action': ['node', 'scripts/setup.mjs', '--addon-only'],
        },
      ],
    },
  ],
}
