import { describe, type Criteria } from '../memory/criteria.js';
import type { Slot } from '../memory/state.js';

/** Variants of one sentence. */
export type Wordings = [string, ...string[]];

/** Picks one of several wordings by the turn, so that the same context does not give the same sentence twice in a row. */
export const pick = (turn: number, ...variants: Wordings): string =>
  variants[turn % variants.length] ?? variants[0];

/** The reason for a question instead of films. */
export type AskReason =
  /** The conversation was started over. */
  | 'fresh'
  | 'unknown-like'
  /** The candidates were rejected. */
  | 'turned-down'
  /** The film that was requested is not in the catalogue. */
  | 'unknown-title'
  /** The message had no usable content. */
  | 'not-understood';

/** The sentence before a discovery question. */
export type AskNote = AskReason | 'nothing-found' | 'nothing-left' | null;

export const QUESTIONS: Record<Slot, Wordings> = {
  open: [
    'What are you in the mood for? A genre, an actor, a decade, or a scene you half remember: anything helps.',
    'Tell me what comes to mind: a kind of film, someone who is in it, or something that happens in it.',
  ],
  genre: [
    'What kind of film should it be: a comedy, a thriller, science fiction, something else?',
    'Which genre are we in: something funny, something scary, a drama, a love story?',
  ],
  era: [
    'Roughly when is it from: an old classic, the eighties or nineties, or something recent?',
    'Do you have a time in mind? A decade is enough.',
  ],
  mood: [
    'What should it feel like: light and funny, dark, moving, nerve-racking?',
    'What mood are you after: feel-good, tense, strange, romantic?',
  ],
  scene: [
    'Is there a scene, a character or an actor you remember or would like to see?',
    'Can you think of anything that should happen in it, or of someone who should be in it?',
  ],
};

/** The next thing to ask for: a criterion that is missing, and never the one asked for last. */
export function nextSlot(criteria: Criteria, asked: readonly Slot[]): Slot {
  const { genres, era, moods, about, people, like } = criteria;
  const isBlank = genres.length + moods.length + about.length + people.length === 0 && !era && !like;
  const missing: Slot[] = [
    ...(isBlank && asked.length === 0 ? (['open'] as const) : []),
    ...(genres.length === 0 ? (['genre'] as const) : []),
    ...(era === null ? (['era'] as const) : []),
    ...(moods.length === 0 ? (['mood'] as const) : []),
    'scene',
  ];
  const [next = 'open'] = missing.sort((a, b) => asked.lastIndexOf(a) - asked.lastIndexOf(b));
  return next === asked.at(-1) ? 'open' : next;
}

/** A question of discovery. */
export function question(
  slot: Slot,
  criteria: Criteria,
  note: AskNote,
  turn: number,
  titles: { like?: string; missing?: string; notUnderstood?: readonly string[] } = {},
): string {
  const isMissing = note === 'nothing-found';
  const known = describe(isMissing ? { ...criteria, about: [] } : criteria, titles.like);
  const lead = leadOf(note, known, turn, titles.missing ?? '');
  const unread = titles.notUnderstood?.length
    ? `I read only a little of your language; I did not understand: ${titles.notUnderstood.join(', ')}.`
    : '';
  return [unread, lead, pick(turn, ...QUESTIONS[slot])].filter(Boolean).join(' ');
}

function leadOf(note: AskNote, known: string, turn: number, missing: string): string {
  switch (note) {
    case 'fresh':
      return pick(turn, 'All right, from the beginning.', 'Sure, a clean slate.');
    case 'unknown-like':
      return 'That one is not in my catalogue, so I cannot measure others against it.';
    case 'unknown-title':
      return `I have no film called **${missing}**: it is not in my catalogue. Describe it, or something like it, and I look for what comes near.`;
    case 'turned-down':
      return pick(turn, 'Not that, then.', 'All right, something else.', 'No problem, we keep looking.');
    case 'not-understood':
      return pick(turn, 'Sorry, I did not get that.', 'I am not sure what to make of that.');
    case 'nothing-found':
      return known
        ? pick(
            turn,
            `I could not find a film for that yet (${known}).`,
            `Nothing in my catalogue fits that well so far (${known}).`,
          )
        : 'I could not find a film for that.';
    case 'nothing-left':
      return known ? `That was everything I have for that (${known}).` : 'Those were all I had for that.';
    case null:
      if (known)
        return pick(turn, `Noted: ${known}.`, `Good, so far I have: ${known}.`, `Got it (${known}).`);
      return turn === 0 ? 'Happy to help you find a film.' : '';
  }
}
