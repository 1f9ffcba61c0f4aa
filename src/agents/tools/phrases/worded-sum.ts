const NUMBER = String.raw`-?\d[\d,]*(?:\.\d+)?`;
const LIST = String.raw`(${NUMBER}(?:\s*(?:,\s*and\b|,|\band\b|&|\bplus\b)\s*${NUMBER})+)`;
const OF = String.raw`(?:of|for)\s+`;

/** What is asked in words, as the expression that it means; the numbers stay as they are written. */
const PHRASES: [RegExp, (...parts: string[]) => string][] = [
  [
    new RegExp(String.raw`^(?:what\s+(?:do|does|would)\s+)?${LIST}\s+(?:add\s+up\s+to|sum\s+to|make)$`, 'i'),
    call('sum'),
  ],
  [new RegExp(String.raw`^(?:the\s+)?(?:sum|total)\s+${OF}${LIST}$`, 'i'), call('sum')],
  [new RegExp(String.raw`^add\s+(?:up\s+)?${LIST}$`, 'i'), call('sum')],
  [new RegExp(String.raw`^(?:the\s+)?(?:average|mean)\s+${OF}${LIST}$`, 'i'), call('avg')],
  [new RegExp(String.raw`^subtract\s+(${NUMBER})\s+from\s+(${NUMBER})$`, 'i'), (a, b) => `${b} - ${a}`],
  [
    new RegExp(String.raw`^multiply\s+(${NUMBER})\s+(?:by|with|and)\s+(${NUMBER})$`, 'i'),
    (a, b) => `${a} * ${b}`,
  ],
  [new RegExp(String.raw`^divide\s+(${NUMBER})\s+by\s+(${NUMBER})$`, 'i'), (a, b) => `${a} / ${b}`],
  [new RegExp(String.raw`^half\s+of\s+(${NUMBER})$`, 'i'), (a) => `${a} / 2`],
  [
    new RegExp(String.raw`^(${NUMBER})\s*%\s+off\s+(?:of\s+)?(${NUMBER})$`, 'i'),
    (a, b) => `${b} - ${a}% of ${b}`,
  ],
];

/** @returns the expression; null for other words */
export function wordedSum(text: string): string | null {
  for (const [phrase, toExpression] of PHRASES) {
    const found = phrase.exec(text);
    if (found) return toExpression(...found.slice(1).map(plain));
  }
  return null;
}

function call(name: string) {
  return (list: string) =>
    `${name}(${list.split(/\s*(?:,\s+and\b|,\s+|\band\b|&|\bplus\b)\s*/i).join(', ')})`;
}

/** Without separators of thousands. */
const plain = (text: string) => text.replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, '');
