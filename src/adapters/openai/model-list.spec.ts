import { contextOf, listsModel, readModels } from './model-list.js';

describe('the list of models', () => {
  it.each([
    ['OpenAI', { object: 'list', data: [{ id: 'a' }, { id: 'b' }] }],
    ['Together', [{ id: 'a' }, { id: 'b' }]],
    ['others', { models: [{ id: 'a' }, { id: 'b' }, { name: 'c' }, null] }],
  ])('is read as %s sends it', (_, document) => {
    expect(readModels(document).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it.each([null, 'x', {}, { data: 7 }])('has nothing in it when it is %j', (document) => {
    expect(readModels(document)).toEqual([]);
  });

  it('has a model under its name, also with what servers add to names', () => {
    const models = [{ id: 'llama3:latest' }, { id: 'models/gemini' }, { id: 'gpt' }];
    expect(['llama3', 'gemini', 'gpt', 'gp'].map((name) => listsModel(models, name))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it.each([
    [{ max_model_len: 8192 }, 8192],
    [{ context_length: 4096 }, 4096],
    [{ max_context_length: 131_072, loaded_context_length: 4096 }, 4096],
    [{ context_window: 8192 }, 8192],
    [{ meta: { n_ctx: 4096, n_ctx_train: 131_072 } }, 4096],
    [{}, undefined],
  ])('reports the context size in %j', (fields, tokens) => {
    expect(contextOf({ id: 'a', ...fields })).toBe(tokens);
  });
});
