# `node-gyp rebuild` and electron-rebuild end here; CMake builds the addon.
{
  'targets': [
    {
      'target_name': 'layer_rotation',
      'type': 'none',
      'actions': [
        {
          'action_name': 'build with CMake',
          # A file that is never made: the set-up itself knows what is up to date.
          'inputs': [],
          'outputs': ['<(PRODUCT_DIR)/always'],
          'action': ['node', 'scripts/setup.mjs', '--addon-only'],
        },
      ],
    },
  ],
}
