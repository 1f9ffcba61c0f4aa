import type { JsonObject } from '../../common/json.js';
import { calculate } from './calculator/expression.js';
import { daysBetween } from './phrases/between-dates.js';
import { wordedSum } from './phrases/worded-sum.js';
import { ToolFailure } from './tool.js';

/** A call that a question plainly asks for, and the answer around its result. */
export interface RuleCall {
  name: 'calculator' | 'current_time';
  input: JsonObject;
  toAnswer(result: string): string;
}

const ASKS =
  /^\s*(?:please\s+)?(?:what(?:['’]?s|\s+is|\s+are)|how\s+much\s+(?:is|are)|calculate|compute|work\s+out|was\s+(?:ist|sind|macht)|wie\s?viel\s+(?:ist|sind|macht)|berechne|rechne|combien\s+font|calcule[rz]?|cu[aá]nto\s+es|calcula)\s+/i;
const ENDING = /[\s?.!=]+$/;
const WORDS: [RegExp, string][] = [
  [/\bplus\b|\bmás\b/gi, '+'],
  [/\bminus\b|\bmoins\b|\bmenos\b/gi, '-'],
  [/\b(?:times|multiplied\s+by|mal|fois|por)\b|(?<=\d)\s*x\s*(?=\d)/gi, '*'],
  [/\b(?:divided\s+by|over|geteilt\s+durch|divis[ée]\s+par|entre)\b/gi, '/'],
  [/\b(?:to\s+the\s+power\s+of|hoch)\b/gi, '^'],
  [/\bsquared\b/gi, '^ 2'],
  [/\bper\s?cent\b|\bprozent\b/gi, '%'],
  [/(?<=%)\s*(?:of|von|de)\b/gi, ' of'],
  [/\b(?:the\s+)?square\s+root\s+of\s+(\d+(?:\.\d+)?)/gi, 'sqrt($1)'],
];
const ARITHMETIC = /^[-\d\s.,+*/×÷·−^%()a-zπ]+$/i;
const OPERATION = /[\d)%]\s*(?:[-+*/×÷·−^]|%\s*of\b|%\s*\d)\s*|[a-z]\(/i;
/** Dates and other words of digits that look like arithmetic. */
const NO_ARITHMETIC = /^\d{1,4}(?:[-/]\d{1,4}){1,}$/;

const TIME =
  /^\s*(?:please\s+)?(?:what(?:['’]s|\s+is)?\s+(?:the\s+)?(?:current\s+)?time(?:\s+is\s+it)?|(?:the\s+)?(?:current\s+)?time(?=\s+(?:in|at|now)\b)|(?:the\s+)?current\s+time|wie\s+sp[äa]t\s+ist\s+es|wie\s?viel\s+uhr\s+ist\s+es|quelle\s+heure\s+est-il|qu[ée]\s+hora\s+es)(?:\s+(?:now|right\s+now|jetzt))?(?:\s+(?:in|at|à|en)\s+([\p{L}\s/_+-]{2,40}?))?(?:\s+(?:now|right\s+now|jetzt))?(?:,?\s+please)?[\s?.!]*$/iu;
const DAY =
  /^\s*(?:what(?:['’]s|\s+is)\s+(?:the\s+date(?:\s+today)?|today(?:['’]s\s+date)?)|what\s+(?:day|date)\s+is\s+(?:it|today)(?:\s+today)?|welche[rs]\s+(?:tag|datum)\s+ist\s+heute)[\s?.!]*$/i;

/** Time zones by the names of their cities, in lower case. */
let zones: Map<string, string> | undefined;

/** @returns the call; null for a question that asks for none, or not plainly */
export function callByRule(question: string): RuleCall | null {
  return readArithmetic(question) ?? readTime(question);
}

function readArithmetic(question: string): RuleCall | null {
  if (question.length > 200) return null;
  const asked = question.replace(ASKS, '').replace(ENDING, '').trim();
  const isAsked = ASKS.test(question);
  const days = daysBetween(question.replace(ENDING, '').trim(), new Date().getUTCFullYear());
  if (days) return daysCall(days);
  let expression = asked;
  const percent = expression.replaceAll(/\bper\s?cent\b/gi, '%');
  const worded = wordedSum(percent);
  if (worded) expression = worded;
  else for (const [words, sign] of WORDS) expression = expression.replace(words, sign);
  // Separators of thousands; behind a bracket a comma separates values.
  if (!/[a-z]\(/i.test(expression)) expression = expression.replaceAll(/(?<=\d),(?=\d{3}\b)/g, '');
  expression = expression.replaceAll(/\s+/g, ' ').trim();
  if (NO_ARITHMETIC.test(asked) || !ARITHMETIC.test(expression) || !OPERATION.test(expression)) return null;
  if (!isAsked && !/[-+*/×÷·−^%(]/.test(expression)) return null;
  try {
    calculate(expression);
  } catch (error) {
    // A division by zero is arithmetic all the same.
    if (!(error instanceof ToolFailure) || !/division by zero|real number/.test(error.message)) return null;
  }
  return { name: 'calculator', input: { expression }, toAnswer: (result) => `${expression} = ${result}` };
}

function daysCall(expression: string): RuleCall | null {
  try {
    calculate(expression);
  } catch {
    return null;
  }
  const dates = [...expression.matchAll(/(\d+), (\d+), (\d+)/g)].map(
    ([, year, month, day]) => `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`,
  );
  return {
    name: 'calculator',
    input: { expression },
    toAnswer: (result) => `From ${dates.join(' to ')}: ${result} ${result === '1' ? 'day' : 'days'}.`,
  };
}

function readTime(question: string): RuleCall | null {
  if (DAY.test(question)) return timeCall('UTC');
  const asked = TIME.exec(question);
  if (!asked) return null;
  const zone = asked[1] ? zoneOf(asked[1]) : 'UTC';
  return zone ? timeCall(zone) : null;
}

const timeCall = (zone: string): RuleCall => ({
  name: 'current_time',
  input: { zone },
  toAnswer: (result) => `It is ${result}.`,
});

function zoneOf(place: string): string | undefined {
  zones ??= new Map(
    Intl.supportedValuesOf('timeZone').flatMap((zone): [string, string][] => [
      [zone.toLowerCase(), zone],
      [zone.split('/').at(-1)!.replaceAll('_', ' ').toLowerCase(), zone],
    ]),
  );
  const name = place
    .trim()
    .replace(/^the\s+/i, '')
    .toLowerCase();
  if (/^(?:utc|gmt)$/.test(name)) return 'UTC';
  return zones.get(name) ?? zones.get(ALIASES[name] ?? '') ?? named(ALIASES[name] ?? place.trim());
}

/** A zone by its whole name: lists of zones leave former and newer names of the same one out. */
function named(zone: string): string | undefined {
  if (!zone.includes('/')) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** Names that people use and zones do not have. */
const ALIASES: Record<string, string> = {
  japan: 'tokyo',
  germany: 'berlin',
  france: 'paris',
  italy: 'rome',
  spain: 'madrid',
  uk: 'london',
  'united kingdom': 'london',
  england: 'london',
  ireland: 'dublin',
  india: 'Asia/Kolkata',
  china: 'shanghai',
  korea: 'seoul',
  'south korea': 'seoul',
  'new zealand': 'auckland',
  'new york city': 'new york',
  nyc: 'new york',
  'san francisco': 'los angeles',
  seattle: 'los angeles',
  boston: 'new york',
  washington: 'new york',
  munich: 'berlin',
  münchen: 'berlin',
  hamburg: 'berlin',
  cologne: 'berlin',
  frankfurt: 'berlin',
  köln: 'berlin',
  geneva: 'zurich',
  zürich: 'zurich',
  wien: 'vienna',
  milan: 'rome',
  barcelona: 'madrid',
  beijing: 'shanghai',
  delhi: 'Asia/Kolkata',
  'new delhi': 'Asia/Kolkata',
  mumbai: 'Asia/Kolkata',
  bangalore: 'Asia/Kolkata',
  kolkata: 'Asia/Kolkata',
};
