import { parsePersona, readPersonas } from './persona-files.js';

describe('agents without code', () => {
  it('are shipped', async () => {
    const labels = [...(await readPersonas('agents')).values()].map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['Production Agent', 'ESG Agent', 'Table Agent']));
  });

  it.each([
    ['no YAML', 'label: [', /^AGENTS_DIR .*a\.yaml: /],
    ['no mapping', 'just text', /^AGENTS_DIR .*a\.yaml: the file: /],
    ['no prompt', 'label: A\ndescription: B', /^AGENTS_DIR .*a\.yaml: prompt: /],
    ['an unknown key', 'label: A\ndescription: B\nprompt: C\npromt: D', /^AGENTS_DIR .*a\.yaml: .*promt/],
    [
      'an unknown tool',
      'label: A\ndescription: B\nprompt: C\ntools: [rm]',
      /a\.yaml: tools\.0: Input should be tables/,
    ],
    [
      'a document that is no id',
      'label: A\ndescription: B\nprompt: C\ndocuments: [x]',
      /a\.yaml: documents\.0: /,
    ],
  ])('that have %s are named', (_name, text, sentence) => {
    expect(() => parsePersona('a.yaml', text)).toThrow(sentence);
  });

  it('need a folder', async () => {
    await expect(readPersonas('agents/missing')).rejects.toThrow('AGENTS_DIR agents/missing cannot be read');
  });
});
