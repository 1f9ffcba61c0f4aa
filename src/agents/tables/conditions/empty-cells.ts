import type { Mention } from '../mentions.js';
import type { QuestionWords } from '../question-words.js';
import type { Filter } from '../table-plan.js';

const NONE =
  "no|not any|without|lacks?|lacking|missing|misses|empty|blank|ohne|kein\\w*|fehlende\\w*|leere\\w*|fehl(?:t|en)|manque\\w*|falta\\w*|sans|aucun\\w*|pas d[e'’]|sin|ningun\\w*|senza|nessun\\w*|sem|nenhum\\w*|zonder|geen";
const ARTICLE = "(?:(?:an?|any|the|un|une|una|uma|d['’]|de|eine\\w*|een|der|die|das|le|la|les|el|il)\\s*)?";
const CELLS =
  'values?|cells?|entry|entries|fields?|werte?|zellen?|eintrag\\w*|valeurs?|cellules?|valor(?:es)?|celdas?|valori?|celle|celula\\w*';
const IN = 'in(?: der)?|for|under|of|at|im|bei|von|dans|en|nel\\w*|na|no|em|pour|para|per';
/** Directly before a column: the rows whose cell is empty. */
const BEFORE = new RegExp(
  `(?:\\b(?:${NONE})|(?:\\bnot|n['’]t) (?:have|has|had|give|list)|\\bnicht)\\s+${ARTICLE}$`,
);
const CELLS_BEFORE = new RegExp(
  `\\b(?:${NONE})\\s+${ARTICLE}(?:${CELLS})\\s+(?:(?:are|is) there\\s+|gibt es\\s+|hay\\s+)?(?:${IN})\\s+(?:(?:the|der|la|a)\\s+)?(?:(?:column|spalte|colonne|columna|colonna|coluna)\\s+)?["'“«]?$`,
);
/** Directly behind it. */
const BEHIND =
  /^["'”»]?\s*(?:column\s+|cells?\s+|fields?\s+)?(?:(?:is|are|was|were|ist|sind|est|sont|esta|estan|has|have)\s+)?(?:been\s+)?(?:left\s+)?(?:missing|empty|blank|unknown|not (?:filled|given|set|known|there)|fehl(?:t|en)|leer|nicht angegeben|manque\w*|vides?|falta\w*|vaci[oa]s?|manca\w*|vuot[oaie]|vazi[oa]s?)\b/;
/** "with an e-mail": the rows whose cell is not empty, where nothing more is said of it. */
const HAVE =
  /\b(?:have|has|with|haben|hat|mit|ont|avec|tienen|tiene|con|hanno|tem|com)\s+(?:(?:an?|any|eine\w*|une?|una|uma)\s+)?$/;
const NOTHING_MORE = /^["'”»]?\s*(?:[?.!]|$|(?:in|at|from|listed|given|angegeben)\b)/;

const MISSING = /\b(?:missing|empty|blank|unknown|fehl|leer|vide|vac[ií]|manqu|falt)/;

/** Conditions on cells without a value: "How many members have no e-mail?", "Which fees are missing?". */
export function findEmpty(
  question: QuestionWords,
  mentions: readonly Mention[],
  known: readonly Filter[],
): Filter[] {
  return mentions.flatMap(({ column: { name, kind, values }, at, end }): Filter[] => {
    if (known.some(({ column }) => column === name)) return [];
    const [before, behind] = [question.text.slice(0, at), question.text.slice(end)];
    const hasEmpty = values.includes(null);
    const none = CELLS_BEFORE.exec(before) ?? BEFORE.exec(before);
    const missing = BEHIND.exec(behind);
    if (none) question.use(none.index, at);
    else if (missing) question.use(end, end + missing[0].length);
    else if (!hasEmpty || !HAVE.test(before) || !NOTHING_MORE.test(behind)) return [];
    // "No absences" are none of them; a "missing amount" is no amount of 0.
    if (
      kind === 'number' &&
      !missing &&
      none &&
      !MISSING.test(none[0]) &&
      !CELLS_BEFORE.test(before) &&
      values.includes(0)
    )
      return [{ column: name, test: 'is', values: [0] }];
    return [{ column: name, test: none || missing ? 'is empty' : 'is not empty', values: [''] }];
  });
}
