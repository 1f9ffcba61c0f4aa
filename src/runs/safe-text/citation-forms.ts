/*
 * Regular expressions for the forms in which models write citations: sticky patterns (`y`), and for each a pattern
 * for an incomplete citation at the end of the text (`BEGUN`).
 */

const KEYWORD =
  '(?:sources?|src|docs?|documents?|passages?|refs?|references?|citations?|cite|quellen?|fuentes?|fontes?|fonti|bron|kilde|' +
  'källa|źródło|источник|来源|來源|出典|출처)';
/** Words that mean a source in brackets only. */
const IN_BRACKETS = `${KEYWORD}|chunks?|excerpts?|extracts?|snippets?|contexts?|files?|id`;
const NUMBER = '[\\d０-９]{1,3}';
/** Between the ends of a range in words. */
const UP_TO = '(?:to|through|bis)\\b';
/** One number, or several; each further number may have a keyword before it. */
const LIST = `${NUMBER}(?:[ \\t]*(?:[-–—,;，、；&]|and\\b|und\\b|${UP_TO})[ \\t]*(?:${KEYWORD}[ \\t.#:_-]*)?${NUMBER}){0,19}`;
const PAGE = '(?:[,:;]?[ \\t]*\\b(?:pp?|pages?|S|Seiten?|lines?|L)\\.?[ \\t]*[\\d–-]{1,9})';
const NUMBERED = `(?<form>[\\^#@]|S(?=\\d)|(?:${IN_BRACKETS})\\.?[ \\t_-]*(?:no\\.?|nr\\.?|#)?[ \\t]*:?)?[ \\t]*(?<list>${LIST})\\^?`;
/** A marker ends at the first bracket of any kind, as `BEGUN` has it. */
const INSIDE = '[^\\][【】［］〔〕⟦⟧\\n]';
const LINE_OF = `(?<line>(?::\\d{1,3})?†${INSIDE}{0,60})`;

export const MARKER = new RegExp(
  `(?:\\[\\[|\\\\?\\[|[【［〔⟦])[ \\t]*${NUMBERED}` +
    `(?:${LINE_OF}|(?<page>${PAGE})|(?<name>[:,][ \\t]*(?!\\d)${INSIDE}{1,81}))?` +
    '[ \\t]*(?:\\]\\]|\\\\?\\]|[】］〕⟧])',
  'iuy',
);
export const BEGUN = /^(?:\\|(?:\\?\[\[?|[【［〔⟦])[^\][】］〕⟧\n]{0,100})$/;

/** The target of a marker that is a link. */
export const LINK_TARGET = /\((?:#|https?:|\/)[^()\s]{0,250}\)/y;
export const LINK_TARGET_BEGUN = /^\((?:$|(?:#|h|\/)[^()\s]{0,250}$)/;

export const IN_PARENTHESES = new RegExp(
  `\\([ \\t]*(?:(?:(?:see|siehe|vgl\\.|cf\\.)[ \\t]+)?(?<form>${KEYWORD}\\.?[ \\t]*:?[ \\t]*)(?<list>${LIST})(?<page>${PAGE})?` +
    '|(?<bare>\\d{1,2}))[ \\t]*\\)',
  'iuy',
);
export const PARENTHESIS_BEGUN = /^\([\p{L}\d .,:#-]{0,24}$/u;

/** `([9])`, `([1], [9])`. */
export const BRACKETED =
  /\([ \t]*(?<list>\[[ \t]*\d{1,3}[ \t]*\](?:[ \t]*[,;]?[ \t]*\[[ \t]*\d{1,3}[ \t]*\]){0,9})[ \t]*\)/y;
export const BRACKETED_BEGUN = /^\([ \t]*\[[\d,; \t[\]]{0,60}$/;

export const IN_BRACES = /\{[ \t]*(?<n>\d{1,2})[ \t]*\}/y;
export const BRACES_BEGUN = /^\{[ \t]{0,3}\d{0,2}[ \t]{0,3}$/;

/** `[cite_start]`, which needs no replacement before text that begins no block of Markdown. */
export const SPAN_MARK = /\[cite_(?:start|end)\]/iy;
export const SPAN_MARK_BEGUN =
  /^\[c(?:i(?:t(?:e(?:_(?:s(?:t(?:a(?:r(?:t\]?)?)?)?)?|e(?:n(?:d\]?)?)?)?)?)?)?)?$/i;
export const PLAIN_START = /^(?:\*\*)?[\p{L}"“‘]/u;

const TURN = 'turn\\d{1,3}[a-z]{2,12}(?<n>\\d{1,3})';
/** `citeturn0search9`, with or without the private-use characters around its parts. */
export const TURNS = new RegExp(
  `\\uE200(?:file)?cite(?:\\uE202?[\\w.:-]{1,60}){1,10}(?:\\uE202[^\\uE201\\n]{0,60})?\\uE201?|cite(?:turn\\d{1,3}[a-z]{2,12}\\d{1,3}){1,10}(?![\\p{L}\\p{N}])`,
  'uy',
);
export const TURN_NUMBERS = new RegExp(TURN, 'g');
export const TURNS_BEGUN =
  /^\uE200[^\uE201\n]{0,200}$|^c(?:i(?:t(?:e(?:t(?:u(?:r(?:n[a-z\d]{0,120})?)?)?)?)?)?)?$/u;
/** Where such a marker begins, and where one may begin at the end of a text. */
export const TURN_WORD = /(?<![\p{L}\p{N}])cite(?=turn\d)/u;
export const TURN_END = /(?<![\p{L}\p{N}])c(?:i(?:t(?:e(?:t(?:u(?:r(?:n[a-z\d]{0,120})?)?)?)?)?)?)?$/u;

export const SUPERSCRIPT = /⁽[⁰¹²³⁴⁵⁶⁷⁸⁹]+⁾|[⁰¹²³⁴⁵⁶⁷⁸⁹]+/y;

/** `$^{9}$` and `$^9$` of TeX. */
export const RAISED = /\$\^(?:\{[ \t]*(?<list>\d{1,3}(?:[ \t]*,[ \t]*\d{1,3}){0,9})[ \t]*\}|(?<digit>\d))\$/y;
export const RAISED_BEGUN = /^\$(?:$|\^(?:$|\{[\d, \t]{0,40}\}?$|\d$))/;

/** Brackets as HTML entities: `&#91;9&#93;`. */
export const ENTITIES = new RegExp(
  `&(?:#91|#x5b|lsqb|lbrack);[ \\t]*${NUMBERED}[ \\t]*&(?:#93|#x5d|rsqb|rbrack);`,
  'iuy',
);
export const ENTITIES_BEGUN = /^&(?:#?\w{0,6}|(?:#91|#x5b|lsqb|lbrack);[^&\n]{0,40}(?:&#?\w{0,6})?)$/i;

export const CIRCLED = /[①-⑳]/uy;

const TAG = '(?:sup|cite|ref|citation|source)';
export const TAGGED = new RegExp(
  `<(?:sup>[ \\t]*(?<exponent>\\d{1,3})[ \\t]*</sup>|(?<tag>${TAG})>[ \\t]*(?:\\\\?[[(])?[ \\t]*` +
    `(?:${KEYWORD}[ \\t.#:_-]*)?(?<list>${LIST})[ \\t]*(?:\\\\?[\\])])?[ \\t]*</\\k<tag>>)`,
  'iuy',
);
export const TAGGED_BEGUN = new RegExp(`^<(?:[a-z]{0,7}|${TAG}>[^<>\\n]{0,40}(?:</?[a-z]{0,8})?)$`, 'i');

export const SEPARATOR = /[ \t]{0,3}(?:[,;&]|and\b|und\b|et\b|y\b)?[ \t]{0,3}/y;
/** Text that may follow a marker while its group continues, or while more input is needed to decide. */
export const MAY_CONTINUE = /^(?:[ \t]{0,3}(?:[,;&]|an?d?|un?d?|et?|y)?[ \t]{0,3}|\.)$/;
