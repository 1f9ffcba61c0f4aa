/**
 * Synonyms of words in plots. The catalogue's plots are short, and a film is searched for by a word
 * that stands in none of them.
 */
const SYNONYMS: Record<string, string> = {
  relive: 'again repeat loop',
  relives: 'again repeat loop',
  undead: 'zombies corpses',
  zombies: 'undead corpses',
  spaceship: 'spacecraft ship',
  spacecraft: 'spaceship ship',
  astronaut: 'space',
  ghost: 'spirit haunted',
  ghosts: 'spirits haunted',
  vampire: 'blood coffin',
  vampires: 'blood coffin',
  shark: 'sharks',
  cop: 'police policeman detective',
  cops: 'police policemen detectives',
  jail: 'prison',
  kid: 'boy girl child',
  kids: 'children',
  murderer: 'killer',
  android: 'robot replicant',
  ape: 'gorilla',
  wizard: 'wizardry magic',
  heist: 'robbery rob thieves',
  extraterrestrial: 'alien',
};

/** Synonyms of the words of a text, without those already in it. */
export function synonymsIn(words: readonly string[]): string[] {
  const found = words.flatMap((word) =>
    Object.hasOwn(SYNONYMS, word) ? (SYNONYMS[word]?.split(' ') ?? []) : [],
  );
  return [...new Set(found)].filter((word) => !words.includes(word));
}
