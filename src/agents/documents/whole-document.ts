import { stems } from '../../adapters/chat-model/offline/extract.js';

/** What is asked of documents as a whole. */
export type WholeQuestion = 'summary' | 'list';

const SUMMARY =
  /\b(?:summari[sz]e|summary|sum up|overview|tl;?dr|main points|key points|gist|zusammenfass\p{L}*|fass\p{L}*\s.*\bzusammen|worum geht|was steht in|r[ée]sum\p{L}*|riassum\p{L}*)(?!\p{L})|\b(?:what|whats|what's) (?:is|was|are|does)?\s*(?:this|that|it|the|my)\b.*\b(?:about|contain|say|cover)\b/iu;
const LIST =
  /\b(?:what|which) (?:of my )?(?:documents|files|uploads)\b(?:\s+(?:do|did|have|are|can|were)\b.*)?$|\bwhat (?:did|have) i upload(?:ed)?\b|\b(?:list|show)(?: me)?(?: all)?(?: of)?(?: my| the)? (?:documents|files|uploads)\b|\bwelche (?:dokumente|dateien)\b|\bquels (?:documents|fichiers)\b/iu;
/** Words that such a question is made of; what else it says narrows it down to a topic. */
const OWN_WORDS =
  /\b(?:a|an|the|this|that|these|my|me|us|i|you|it|is|are|was|does|do|did|can|could|would|of|for|to|on|in|and|all|give|make|write|get|summari[sz]e|summary|sum|up|overview|tl;?dr|main|key|points?|gist|about|contains?|says?|covers?|documents?|files?|pdf|upload(?:ed)?|texts?|report|attachments?|attached|page|whole|entire|short(?:ly)?|brief(?:ly)?|please|one|few|sentences?|words?|what|whats|fasse?n?|sie|das|die|der|den|dieses?|mir|bitte|dokuments?|datei|zusammen\p{L}*|zusammenfass\p{L}*|worum|geht|es|hier|in|diesem|dem|steht|was|hochgeladene?n?|r[ée]sum\p{L}*|le|ce|fichier|el|documento|este|riassum\p{L}*|il)\b/giu;

/** Whether a question may be about documents as a whole, whatever their names are. */
export const mayAskWhole = (message: string): boolean => LIST.test(bare(message)) || SUMMARY.test(message);

const bare = (message: string) => message.trim().replace(/[?!.\s]+$/, '');

/**
 * Whether a question is about documents as a whole.
 * @param filenames of the documents; their words may stand in it
 */
export function readWhole(message: string, filenames: readonly string[]): WholeQuestion | null {
  const text = bare(message);
  if (LIST.test(text)) return 'list';
  if (!SUMMARY.test(text)) return null;
  const named = filenames.filter((name) => text.toLowerCase().includes(name.toLowerCase()));
  const rest = named.reduce((left, name) => left.toLowerCase().replace(name.toLowerCase(), ' '), text);
  const known = new Set(
    filenames.flatMap((name) => [...stems(name.replace(/\.\w+$/, '').replace(/[_-]/g, ' '))]),
  );
  return [...stems(rest.replace(OWN_WORDS, ' '))].some((stem) => !known.has(stem)) ? null : 'summary';
}

/** The document that a question names, by its name or some words of it; else the first. */
export function chooseDocument<D extends { filename: string }>(
  message: string,
  documents: readonly D[],
): D | null {
  const asked = stems(message);
  const score = ({ filename }: D) => {
    if (message.toLowerCase().includes(filename.toLowerCase())) return 100;
    return [...stems(filename.replace(/\.\w+$/, '').replace(/[_-]/g, ' '))].filter((stem) => asked.has(stem))
      .length;
  };
  return documents.toSorted((a, b) => score(b) - score(a))[0] ?? null;
}
