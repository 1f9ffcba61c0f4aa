import type { Definition } from '../../client/agents.js';

/** The fields that are filled in; the API names missing ones. */
export function definitionOf(form: FormData): Definition {
  const text = (name: string) => ((form.get(name) as string | null) ?? '').trim() || undefined;
  const number = (name: string) => (text(name) === undefined ? undefined : Number(text(name)));
  const lines = (name: string) =>
    (text(name) ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  const some = (items: string[]) => (items.length > 0 ? items : undefined);
  return {
    label: text('label')!,
    description: text('description')!,
    prompt: text('prompt')!,
    order: number('order'),
    model: text('model'),
    context_tokens: number('context_tokens'),
    temperature: number('temperature'),
    top_p: number('top_p'),
    max_tokens: number('max_tokens'),
    reasoning_effort: text('reasoning_effort'),
    stop: some(lines('stop')),
    retrieval: (text('retrieval') as Definition['retrieval']) ?? 'all',
    documents: some(form.getAll('document') as string[]),
    tools: [...(form.getAll('tool') as string[]), ...lines('tools')],
    approval: lines('approval'),
    greeting: text('greeting'),
    starters: lines('starters'),
  };
}
