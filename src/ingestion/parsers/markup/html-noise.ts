import type { CheerioAPI } from 'cheerio';
import type { AnyNode } from 'domhandler';

/** What is not for readers, or not of the document. */
const NOISE =
  'title, script, style, nav, template, noscript, iframe, object, svg, video, audio, canvas, button, select, textarea, ' +
  'input:not([type="checkbox"], [type="radio"]), dialog:not([open]), [hidden], [aria-hidden="true"], [role="navigation"], [role="menu"], [role="menubar"], ' +
  '[role="dialog"], [role="alertdialog"]';
/** Names of consent banners and of their makers. */
const CONSENT = /cookie|consent|gdpr|ccpa/i;
const MAKERS =
  /onetrust|usercentrics|didomi|borlabs|iubenda|quantcast|cookiebot|cookieyes|sp_message|(?<![a-z])(?:truste|klaro|osano)(?![a-z])/i;
const BANNER =
  /banner|notice|bar\b|popup|pop-up|modal|overlay|toast|prompt|layer|wall|message|law|disclaimer|preferences|(?:cookie|gdpr|ccpa)s?[-_]?consent|consent[-_]?(?:cookie|manager)/i;
/** What their buttons say; a text about cookies, or about the consent of patients, has none. */
const AGREE =
  /^\s*(?:(?:i |alle |tout |aceptar )?(?:accept|agree|allow|reject|decline|got it|ok\b|okay|understood|akzeptier|zustimm|einverstanden|verstanden|ablehn|accepter|refuser|j'accepte|acept|rechaz|accett|rifiut|aceit|recus|accepteer|weiger|godkänn))/i;
/** Banners are short; a longer element is the page. */
const MAX_CONSENT_CHARS = 3_000;
const NOT_SHOWN = /display\s*:\s*none|visibility\s*:\s*hidden/i;
const SHOWN = /display\s*:\s*(?!none)\w|visibility\s*:\s*visible/i;
const IMPORTANT = /!\s*important/i;
/** A rule of a style sheet for all elements of a class, an id or an attribute. */
const RULE = /([^{}]+)\{([^{}]*)\}/g;
const PLAIN_SELECTOR = /^[a-z]*\d?(?:[.#][\w-]+|\[[\w-]+(?:=["']?[\w-]+["']?)?\])+$/i;
const MAX_RULES = 1_000;
const STRENGTHS = { important: 1_000_000, id: 10_000, class: 100 };

/** Removes hidden content, and content of every page of a site: menus, consent banners, scripts. */
export function removeNoise($: CheerioAPI): void {
  removeHidden($);
  $('[id], [class]')
    .filter((_, element) => isConsentBanner($, element))
    .remove();
  $(NOISE).remove();
}

function isConsentBanner($: CheerioAPI, element: Parameters<CheerioAPI>[0]): boolean {
  const box = $(element);
  const name = `${box.attr('id') ?? ''} ${box.attr('class') ?? ''}`;
  if (!CONSENT.test(name) && !MAKERS.test(name)) return false;
  if (box.is('html, body, main, article, h1, h2, h3, h4, h5, h6')) return false;
  if (box.find('main, article, h1').length > 0 || box.text().length >= MAX_CONSENT_CHARS) return false;
  return (
    MAKERS.test(name) ||
    BANNER.test(name) ||
    box
      .find('button, a, [role="button"], input')
      .toArray()
      .some((button) => AGREE.test($(button).text() || ($(button).attr('value') ?? '')))
  );
}

/**
 * What a style sheet hides and no stronger rule shows again, as one of more names does with the open one of several
 * tabs. Of rules of the same strength, the last one holds.
 */
function removeHidden($: CheerioAPI): void {
  const rules = rulesOf($('style').text());
  const strongest = new Map<AnyNode, { strength: number; isHidden: boolean }>();
  if (rules.some(({ declarations }) => NOT_SHOWN.test(declarations)))
    for (const { selector, declarations } of rules) {
      const rule = { strength: strengthOf(selector, declarations), isHidden: NOT_SHOWN.test(declarations) };
      for (const element of $(selector).toArray())
        if (rule.strength >= (strongest.get(element)?.strength ?? 0)) strongest.set(element, rule);
    }
  for (const [element, { strength, isHidden }] of strongest)
    if (isHidden && (strength >= STRENGTHS.important || !SHOWN.test($(element).attr('style') ?? '')))
      $(element).remove();
  $('[style]')
    .filter((_, element) => NOT_SHOWN.test($(element).attr('style') ?? ''))
    .remove();
}

/** What decides between rules for one element: ids count more than classes and attributes, and these more than its name. */
function strengthOf(selector: string, declarations: string): number {
  const ids = selector.match(/#/g)?.length ?? 0;
  const classes = selector.match(/[.[]/g)?.length ?? 0;
  return (
    (IMPORTANT.test(declarations) ? STRENGTHS.important : 0) +
    ids * STRENGTHS.id +
    classes * STRENGTHS.class +
    (/^[a-z]/i.test(selector) ? 1 : 0)
  );
}

/** Only rules that hold on every screen. */
function rulesOf(sheet: string): { selector: string; declarations: string }[] {
  const plain = sheet
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .replaceAll(/@[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
  return [...plain.matchAll(RULE)]
    .filter(([, , declarations = '']) => NOT_SHOWN.test(declarations) || SHOWN.test(declarations))
    .flatMap(([, selectors = '', declarations = '']) =>
      selectors
        .split(',')
        .map((selector) => ({ selector: selector.trim(), declarations }))
        .filter(({ selector }) => PLAIN_SELECTOR.test(selector)),
    )
    .slice(0, MAX_RULES);
}
