import { CARRIES_ON, MEASURE_WORDS, OF_THAT, OTHERS, THEIRS, THEM } from '../lexicon.js';
import type { QuestionWords, Word } from '../question-words.js';
import type { TablePlan } from '../table-plan.js';

/** Whether a question goes on from the one before: "and in March?", "which of them …", "what is their average?" */
export function carriesOn(question: QuestionWords, before: TablePlan): boolean {
  const isCarried = question.take(CARRIES_ON) !== null || question.take(OF_THAT) !== null;
  if (isCarried) question.take(THEM);
  return isCarried || (before.filters.length > 0 && meansThem(question));
}

/** "What is their average?"; but the "their" of "How many customers paid their invoices?" means those customers. */
function meansThem(question: QuestionWords): boolean {
  const match = THEIRS.exec(question.text);
  const isMeasure = ({ text }: Word) => MEASURE_WORDS.some(([, pattern]) => pattern.test(text));
  const isFirst = question.words.every(
    (word) => word.isFiller || isMeasure(word) || word.at >= (match?.index ?? 0),
  );
  return isFirst && question.take(THEIRS) !== null;
}

/** "And the others?"; not "other than Rent", and not where "Other" is a value. */
export function takeOthers(question: QuestionWords): boolean {
  const match = OTHERS.exec(question.text);
  if (!match) return false;
  const end = match.index + match[0].length;
  const isUsed = question.words.some((word) => word.used && word.at < end && word.end > match.index);
  if (isUsed || /^ (?:than|que|als)\b/.test(question.text.slice(end))) return false;
  question.use(match.index, end);
  return true;
}
