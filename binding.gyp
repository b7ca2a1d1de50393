# For `node-gyp rebuild` and electron-rebuild; CMake builds the addon.
{
  'targets': [
    {
      'target_name': 'layer_rotation',
      'type': 'none',
      'actions': [
        {
          'action_name': 'build with CMake',
          # This file is never made, so the action always runs; the set-up knows what is up to date.
          'inputs': [],
          'outputs': ['<(PRODUCT_DIR)/always'],
          'action': ['node', 'scripts/setup.mjs', '--addon-only'],
        },
      ],
    },
  ],
}
