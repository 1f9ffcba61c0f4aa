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
  `${start}(?:(?:what|who|which|when|where|how ${WORD}|wie ${WORD}|was|wer|wann|wo|quel(?:le)?s?|qui|cuál(?:es)?|quién|qual[ei]?|chi|qual|quem|wat|wie)\\s+(?:${IS})|qu['’]est-ce que|what['’]s|who['’]s)\\s+(?:(?:${ARTICLES})\\s+)?((?:(?!(?:${OF})(?!\\p{L}))${WORD}\\s+){0,2}${WORD})\\s+(?:${OF})(?!\\p{L})`,
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
  // "rent of the flat"
  `${start}(?:(?:${ARTICLES})\\s+)?(${WORD})\\s+(?:of|von|du|de la|del|della|van)\\s`,
].map((form) => new RegExp(form, 'iu'));

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
    const terms = asked ? queryTerms(asked).map(withMeanings) : [];
    if (terms.length > 0) return { terms, isCounted: i === COUNTS };
  }
  return null;
}
