import type { ChatModel } from '../../../adapters/chat-model/chat-model.js';
import type { AgentInput, Emit } from '../../agent.js';
import { pointAt, saysNot } from '../lookup/choice.js';
import type { FilmCatalogue, FilmMatch } from '../../../catalogue/film.js';
import { withCreditsNamed } from '../lookup/credits.js';
import { lookUpNames, spells, withTitleWhole, type Named } from '../lookup/names.js';
import { enrich, classifyWithModel } from './classify-with-model.js';
import { lookUpCompared } from '../lookup/compared.js';
import { favourite } from '../lookup/favourite.js';
import type { TurnContext } from './turn-context.js';
import type { Memory } from '../memory/state.js';
import { isPronoun } from '../reading/asked-title.js';
import { readTaste } from '../reading/taste.js';
import { saysTaste, understand, type Reading } from '../reading/understand.js';
import { contentOf, fold } from '../reading/words.js';
import { wantedIn } from '../lookup/wanted.js';

/** Interprets a message with the memory of the conversation and the catalogue. */
export async function buildTurnContext(
  catalogue: FilmCatalogue,
  model: ChatModel,
  before: Memory,
  input: AgentInput,
  emit: Emit,
  signal: AbortSignal,
): Promise<TurnContext> {
  const shown = await recall(catalogue, before.offered);
  const [confirmed = null] = before.confirmed ? await recall(catalogue, [before.confirmed]) : [];
  const memory: Memory = {
    ...before,
    phase: confirmed ? 'qa' : shown.length > 0 ? 'confirmation' : 'discovery',
  };
  const current =
    confirmed ?? shown.find(({ film }) => film.id === memory.focus) ?? favourite(shown) ?? shown[0];
  const lookUp = (reading: Reading) => lookUpNames(catalogue, reading, current?.film ?? null);

  const message = await withCreditsNamed(catalogue, input.message);
  let reading = await withTitleWhole(catalogue, understand(message));
  let found = await lookUp(reading);
  if (isUnclear(reading, found, memory, shown)) {
    const classification = await classifyWithModel(model, input, shown, emit, signal);
    if (classification) {
      reading = enrich(reading, classification);
      found = await lookUp(reading);
    }
  }
  const wanted = wantedIn(reading, found, current?.film ?? null, memory);
  const { like } = reading;
  const isRefusal = saysNot(reading.text);
  const seed = [...input.conversationRowId].reduce((sum, letter) => sum + letter.charCodeAt(0), memory.turn);
  const unknownLike = like && like !== 'this' && !found.like && found.people.length === 0 ? like.title : null;
  const compared = await lookUpCompared(
    catalogue,
    reading.comparing,
    shown.map(({ film }) => film),
    current?.film ?? null,
  );
  return {
    compared,
    missing: isRefusal ? null : missingTitle(reading, found, memory),
    memory,
    reading,
    wanted,
    shown,
    confirmed,
    titles: isRefusal ? [] : found.titles,
    refused: isRefusal ? found.titles : [],
    people: found.people,
    unknownLike,
    seed,
  };
}

/** The title that was requested, when the catalogue has no film of that title and year. */
function missingTitle(
  { asked, taste, text }: Reading,
  { titles, people, like }: Named,
  { phase }: Memory,
): TurnContext['missing'] {
  if (!asked?.isCertain || isPronoun(asked) || like) return null;
  const { title, year } = asked;
  const isKind = contentOf(readTaste(fold(title)).rest).length === 0 && saysTaste(taste);
  const isPerson = contentOf(fold(title)).every((word) => people.some((name) => spells(name, word)));
  if (isKind || isPerson) return null;
  // While there are candidates, a short name is more often a person in them.
  const isAside = phase !== 'discovery' && year === null && ASIDE.test(text);
  const others = year === null ? [] : titles.filter(({ film }) => Math.abs((film.year ?? 0) - year) > 1);
  if (isAside || titles.length > others.length) return null;
  return { title: year === null ? title : `${title} (${year})`, others };
}
const ASIDE = /^(?:and |so |but )*(?:what|how|is|was|are|who|when)\b/;

/** The films of the memory; those no longer in the catalogue are left out. */
async function recall(catalogue: FilmCatalogue, ids: Memory['offered']): Promise<FilmMatch[]> {
  const films = await Promise.all(ids.map(({ id }) => catalogue.get(id)));
  return ids.flatMap(({ confidence }, index) => {
    const film = films[index];
    return film ? [{ film, confidence }] : [];
  });
}

/** True for a message with content that no rule matched. */
function isUnclear(
  reading: Reading,
  { titles, people }: Named,
  { phase }: Memory,
  shown: readonly FilmMatch[],
): boolean {
  if (reading.content.length < 2 || titles.length > 0 || people.length > 0) return false;
  if (phase === 'qa') return !reading.isQuestion && reading.topics.length === 0;
  return (
    pointAt(
      reading.text,
      shown.map(({ film }) => film),
    ) === null
  );
}
