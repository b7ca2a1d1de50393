import { expect, test } from 'vitest'
import { groupTensors, type LayerGroup } from '../../src/measure/layer-groups.js'

const groupsOf = (shapes: Record<string, number[]>) =>
  Object.fromEntries(
    groupTensors({
      path: 'x',
      notes: [],
      tensors: Object.entries(shapes).map(([name, shape]) => ({ name, shape, type: 'F32', file: 'x', offset: 0 })),
    }),
  )

const libraries: Record<string, Partial<Record<LayerGroup, string>>> = {
  'GPT-2': {
    embeddings: 'wte.weight wpe.weight',
    attention: 'h.0.attn.c_attn.weight h.0.attn.c_attn.bias h.0.attn.c_proj.weight',
    mlp: 'transformer.h.11.mlp.c_fc.weight transformer.h.11.mlp.c_proj.bias',
    norms: 'h.0.ln_1.bias ln_f.bias',
    head: 'lm_head.weight',
  },
  Llama: {
    embeddings: 'model.embed_tokens.weight',
    attention: 'model.layers.0.self_attn.q_proj.weight model.layers.0.self_attn.o_proj.weight',
    mlp: 'model.layers.0.mlp.gate_proj.weight model.layers.0.mlp.experts.3.down_proj.weight',
    norms: 'model.layers.0.post_attention_layernorm.bias model.layers.0.self_attn.q_norm.bias model.norm.bias',
    head: 'lm_head.weight',
  },
  BERT: {
    embeddings: 'bert.embeddings.word_embeddings.weight bert.embeddings.token_type_embeddings.weight',
    attention: 'bert.encoder.layer.0.attention.self.query.weight bert.encoder.layer.0.attention.output.dense.weight',
    mlp: 'bert.encoder.layer.0.intermediate.dense.weight bert.encoder.layer.0.output.dense.weight',
    norms: 'bert.embeddings.LayerNorm.gamma bert.encoder.layer.0.output.LayerNorm.beta',
    head: 'bert.pooler.dense.weight cls.predictions.transform.dense.weight cls.predictions.bias classifier.weight',
  },
  ViT: {
    embeddings: 'vit.embeddings.cls_token vit.embeddings.patch_embeddings.projection.weight',
    attention: 'vit.encoder.layer.0.attention.attention.key.weight',
    norms: 'vit.encoder.layer.0.layernorm_before.bias',
  },
  timm: {
    embeddings: 'patch_embed.proj.weight pos_embed cls_token',
    attention: 'blocks.0.attn.qkv.weight',
    mlp: 'blocks.0.mlp.fc1.weight',
    norms: 'blocks.0.norm1.bias norm.bias',
    head: 'head.fc.weight head.bias',
  },
  torchvision: {
    convolution: 'conv1.weight layer1.0.conv2.weight layer2.0.downsample.0.weight',
    norms: 'bn1.bias layer1.0.bn2.bias',
    head: 'fc.weight heads.head.weight',
    attention: 'encoder.layers.encoder_layer_0.self_attention.in_proj_weight',
    embeddings: 'encoder.pos_embedding class_token',
  },
  Lightning: {
    convolution: 'model.net.conv1.weight',
    head: 'model.classifier.weight',
    mlp: 'net.transformer.layers.0.linear1.weight',
  },
  GGUF: {
    embeddings: 'token_embd.weight position_embd.weight',
    attention: 'blk.0.attn_q.weight blk.0.attn_output.weight',
    mlp: 'blk.0.ffn_up.weight',
    norms: 'blk.0.attn_norm.bias output_norm.bias',
    head: 'output.weight',
  },
}

test.each(Object.entries(libraries))('the names of %s tell their groups', (_, groups) => {
  for (const [group, names] of Object.entries(groups)) {
    for (const name of names.split(' ')) expect([name, groupsOf({ [name]: [4, 4] })[name]]).toEqual([name, group])
  }
})

test('shapes tell what names do not', () => {
  expect(
    groupsOf({
      'features.0.weight': [8, 3, 3, 3],
      'features.0.bias': [8],
      'features.1.weight': [8],
      'features.1.bias': [8],
      'features.1.running_mean': [8],
      'layer1.0.downsample.1.weight': [8],
      'h.0.attn.bias': [1, 1, 16, 16],
      'rotary_emb.inv_freq': [8],
      temperature: [],
      'text_projection.weight': [8, 8],
    }),
  ).toEqual({
    'features.0.weight': 'convolution',
    'features.0.bias': 'convolution',
    'features.1.weight': 'norms',
    'features.1.bias': 'norms',
    'layer1.0.downsample.1.weight': 'norms',
    temperature: 'other',
    'text_projection.weight': 'other',
  })
})
