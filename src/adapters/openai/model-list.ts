/** An entry of `/models`. */
export interface ListedModel {
  id: string;
  [field: string]: unknown;
}

/** @returns none when the document is no list of models */
export function readModels(document: unknown): ListedModel[] {
  const list = Array.isArray(document)
    ? document
    : isObject(document)
      ? (document['data'] ?? document['models'])
      : null;
  if (!Array.isArray(list)) return [];
  return list.filter((item): item is ListedModel => isObject(item) && typeof item['id'] === 'string');
}

/** Whether a list contains a model; Ollama appends a tag to names, Google prefixes a folder. */
export const listsModel = (models: readonly ListedModel[], name: string): boolean =>
  models.some(({ id }) => [name, `${name}:latest`, `models/${name}`].includes(id));

/** Fields in which servers report the context size, the configured size before the maximum. */
const CONTEXT_FIELDS = [
  'loaded_context_length',
  'max_model_len',
  'context_length',
  'max_context_length',
  'context_window',
  'max_context_window_tokens',
];

/** @returns undefined when the server does not report it */
export function contextOf(model: ListedModel): number | undefined {
  const sizes = CONTEXT_FIELDS.map((field) => model[field]);
  const meta = model['meta'];
  if (isObject(meta)) sizes.push(meta['n_ctx']);
  return sizes.find((size): size is number => typeof size === 'number' && size >= 512);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
