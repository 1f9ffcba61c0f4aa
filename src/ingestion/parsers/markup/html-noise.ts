import type { CheerioAPI } from 'cheerio';

/** What is not for readers, or not of the document. */
const NOISE =
  'title, script, style, nav, template, noscript, iframe, object, svg, button, input, select, textarea, dialog, [hidden], ' +
  '[aria-hidden="true"], [role="navigation"], [role="menu"], [role="menubar"], [role="dialog"], [role="alertdialog"]';
/** Names of consent banners. These are short; a longer element is the page. */
const CONSENT = /cookie|consent|gdpr|ccpa/i;
const MAX_CONSENT_CHARS = 3_000;
const NOT_SHOWN = /display\s*:\s*none|visibility\s*:\s*hidden/i;
/** A rule of a style sheet for all elements of one class or id. */
const RULE = /([^{}]+)\{([^{}]*)\}/g;
const PLAIN_SELECTOR = /^[.#][\w-]+$/;

/** Removes hidden content, and content of every page of a site: menus, consent banners, scripts. */
export function removeNoise($: CheerioAPI): void {
  for (const selector of hiddenBySheets($('style').text())) $(selector).remove();
  $(NOISE).remove();
  $('[style]')
    .filter((_, element) => NOT_SHOWN.test($(element).attr('style') ?? ''))
    .remove();
  $('[id], [class]')
    .filter((_, element) => {
      const box = $(element);
      const isNamed = CONSENT.test(`${box.attr('id') ?? ''} ${box.attr('class') ?? ''}`);
      return (
        isNamed &&
        !box.is('html, body, main, article, h1') &&
        box.find('main, article, h1').length === 0 &&
        box.text().length < MAX_CONSENT_CHARS
      );
    })
    .remove();
}

/** Only rules that hold on every screen. */
function hiddenBySheets(sheet: string): string[] {
  const plain = sheet
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .replaceAll(/@[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
  return [...plain.matchAll(RULE)].flatMap(([, selectors = '', declarations = '']) =>
    NOT_SHOWN.test(declarations)
      ? selectors
          .split(',')
          .map((selector) => selector.trim())
          .filter((selector) => PLAIN_SELECTOR.test(selector))
      : [],
  );
}
