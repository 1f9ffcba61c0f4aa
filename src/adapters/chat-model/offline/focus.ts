import { queryTerms, type QueryTerm } from '../../../search/terms.js';
import { withMeanings } from './word-kin.js';

const ARTICLES =
  "the|a|an|my|our|your|their|its|his|her|der|die|das|dem|den|ein|eine|einen|mein|meine|unser|unsere|le|la|les|l['’]|un|une|el|los|las|il|lo|i|gli|o|a|os|as|de|het|een";
const OF =
  "of|in|for|at|on|from|to|with|by|per|after|before|der|des|von|vom|im|am|für|bei|zum|zur|du|de la|de l['’]|des|d['’]|dans|pour|del|de los|en|para|por|del(?:la|lo)|dei|di|nel(?:la)?|do|da|dos|das|no|na|van|voor";
const IS = 'is|are|was|were|ist|sind|war|waren|beträgt|est|sont|es|son|è|sono|é|são|zijn';
const WORD = "[\\p{L}\\p{N}'’-]+";
const start = '^\\P{L}*';

/** Forms of questions; the first group is the focus: the rent in "the rent of the flat". */
const FORMS = [
  // "How many bedrooms does the flat have?"
  `${start}(?:how many|how much(?= (?!(?:is|are|was|were|does|do|did|will|would|can|to|for|of|more|less)(?!\\p{L})))|wie viele|wieviele|cuánt[oa]s|quant[ie]|quant[oa]s|hoeveel|combien (?:de |d['’]))\\s*(${WORD})`,
  // "What is the phone number of the landlord?"
  `${start}(?:(?:(?:when|where|wann|wo)(?=(?:\\s+${WORD}){3,6}\\P{L}*$)|what|who|which|how ${WORD}|wie ${WORD}|was|wer|quel(?:le)?s?|qui|cuál(?:es)?|quién|qual[ei]?|chi|qual|quem|wat|wie)\\s+(?:${IS})|qu['’]est-ce que|what['’]s|who['’]s)\\s+(?:(?:${ARTICLES})\\s+)?((?:(?!(?:${OF})(?!\\p{L}))${WORD}\\s+){0,2}${WORD})\\s+(?:${OF})(?!\\p{L})`,
  // "Who painted the lighthouse?"
  `${start}(?:who|wer|qui|quién|chi|quem)\\s+(?!(?:${IS}|has|have|had|hat|haben|will|can|does|did|do|should|must|would|may|a|ont)(?!\\p{L}))(${WORD})`,
  // "Wer hat einen Schlüssel?"
  `${start}(?:who|wer)\\s+(?:has|have|had|hat|haben)\\s+(?:(?:${ARTICLES})\\s+)?(${WORD})`,
  // "What does Momo eat?"
  `${start}(?:what|how|why)\\s+(?:does|did|do)\\s+(?:${WORD}\\s+){1,3}(${WORD})\\P{L}*$`,
  // "How loud is the printer?"
  `${start}(?:how|wie)\\s+(?!(?:many|much|long|often|high|soon|late|early|quickly|else|come|viele?|lange?|oft|hoch|do|does|did|can|is|are)(?!\\p{L}))(${WORD})\\s+(?:${IS}|does|did|do)(?!\\p{L})`,
  // "Which animal is ill?"
  `${start}which ${WORD} (?:is|are|was|were)\\s+(${WORD})\\P{L}*$`,
  // "What is the landlord's phone number?"
  `${start}(?:what|who|which|when|where|how ${WORD})\\s+(?:${IS})\\s+(?:${WORD}\\s+){0,3}${WORD}['’]s\\s+((?:${WORD}\\s+){0,2}${WORD})\\P{L}*$`,
  // "Are there any lockers?", "Gibt es eine Sauna?"
  `${start}(?:(?:is|are|was|were|will) there(?: be)?|gibt es|y a-t-il|est-ce qu['’]il y a|hay|c['’]è|ci sono|há|is er|zijn er)\\s+(?:(?:any|some|${ARTICLES}|keinen?|einige|des)\\s+)?((?:${WORD}\\s+)?${WORD})\\P{L}*$`,
  // "Does the library have a café?"
  `${start}(?:does|do|did|has|have|hat|haben)\\s+(?:${WORD}\\s+){1,4}?(?:have|offer|sell|include|contain|provide|need|own|know|speak)\\s+(?:(?:any|some|${ARTICLES})\\s+)?((?:${WORD}\\s+)?${WORD})\\P{L}*$`,
  // "May I keep a dog in the flat?"
  `${start}(?:can|may|could|must|should)\\s+(?:i|we|you|one|tenants|guests|visitors|employees|customers)\\s+${WORD}\\s+(?:(?:any|some|${ARTICLES})\\s+)?(?!(?:${OF}|it|them|this|that)(?!\\p{L}))(${WORD})`,
  // "Darf ich einen Hund halten?"
  `${start}(?:darf|dürfen|kann|können|muss|müssen)\\s+(?:ich|man|wir|mieter|gäste)\\s+(?:${WORD}\\s+){0,3}?(?:einen?|eine|keinen?|den|die|das|mein(?:en?)?)\\s+(${WORD})\\s+(?:${WORD}\\s+){0,2}${WORD}\\P{L}*$`,
  // "rent of the flat"
  `${start}(?:(?:${ARTICLES})\\s+)?(${WORD})\\s+(?:of|von|du|de la|del|della|van)\\s`,
].map((form) => new RegExp(form, 'iu'));

const WHAT_TO_DO =
  /(?:what (?:can|could|should|shall|must|do|does|did)|how (?:can|do|could)) (?:i|we|you|one|they) (?:do|fix|solve|avoid|prevent|get (?:rid|around|it))(?!\p{L})|(?<!\p{L})was (?:kann|soll|muss|mache?|tue?) (?:ich|man|wir)|que (?:faire|dois-je faire)|qué (?:hago|hacer|debo hacer)|cosa (?:faccio|fare|devo fare)/iu;

/** Whether a question asks for a remedy, which often stands after what it is for. */
export const asksWhatToDo = (question: string): boolean => WHAT_TO_DO.test(question);

/** The form that asks for a count. */
const COUNTS = 0;

export interface Focus {
  terms: QueryTerm[];
  /** Whether it asks how many there are. */
  isCounted: boolean;
}

/**
 * The focus of a question, as its words: the rent in "How high is the rent of the flat?", not the flat.
 * @returns null when its form does not tell
 */
export function focusOf(question: string): Focus | null {
  for (const [i, form] of FORMS.entries()) {
    const [, asked] = form.exec(question) ?? [];
    const terms = asked ? termsIn(asked, question).map(withMeanings) : [];
    if (terms.length > 0) return { terms, isCounted: i === COUNTS };
  }
  return null;
}

/** A word alone may be a small word of another language: "dog" of Danish. */
function termsIn(asked: string, question: string): QueryTerm[] {
  const own = queryTerms(asked);
  const words = new Set(asked.toLowerCase().split(' '));
  return own.length > 0
    ? own
    : queryTerms(question).filter(({ surface }) => words.has(surface.toLowerCase()));
}
