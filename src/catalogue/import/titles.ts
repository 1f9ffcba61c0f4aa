/** A title as it is shown, and other data of the same cell. */
export interface ReadTitle {
  title: string;
  /** From "(1999)" at its end. */
  year: number | null;
  /** From a second pair of parentheses, as MovieLens writes it. */
  originalTitle: string | null;
}

const YEAR_AT_END = /\s*\(((?:18|19|20)\d\d)(?:[-–]\d{0,4})?\)\s*$/;
const OTHER_NAME_AT_END = /^(.+?)\s*\((?:a\.?k\.?a\.? )?([^()]{2,})\)$/i;
const ARTICLE_AT_END =
  /^(.+), (the|a|an|le|la|les|l'|un|une|el|los|las|una|il|lo|gli|i|der|die|das|den|det|de|het|ein|eine|o|os|as|um|uma)$/i;

/**
 * Reads what MovieLens writes into one cell: "Misérables, Les (1995)", "City of Lost Children, The (Cité des enfants
 * perdus, La) (1995)". Other names and years in parentheses stay in the title when no year stands at its end.
 */
export function readTitle(text: string): ReadTitle {
  const [whole, digits] = YEAR_AT_END.exec(text) ?? [];
  if (whole === undefined || whole === text) return { title: text, year: null, originalTitle: null };
  const name = text.slice(0, -whole.length).trim();
  const [, title, other] = OTHER_NAME_AT_END.exec(name) ?? [];
  return {
    title: withArticleInFront(title ?? name),
    year: Number(digits),
    originalTitle: other === undefined ? null : withArticleInFront(other),
  };
}

function withArticleInFront(title: string): string {
  const [, name, article] = ARTICLE_AT_END.exec(title) ?? [];
  if (name === undefined || article === undefined) return title;
  return article.endsWith("'") ? `${article}${name}` : `${article} ${name}`;
}
