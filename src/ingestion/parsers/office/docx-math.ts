import type { CheerioAPI } from 'cheerio';
import { isTag, type AnyNode, type Element } from 'domhandler';

/** An equation of Office in one line: `E=m(c)^(2)` is written `E=mc^2`. */
export function linear($: CheerioAPI, nodes: readonly AnyNode[]): string {
  return nodes.map((node) => (isTag(node) ? linearElement($, node) : '')).join('');
}

function linearElement($: CheerioAPI, node: Element): string {
  const part = (name: string) => linear($, $(node).children(`m\\:${name}`).contents().toArray());
  switch (node.tagName) {
    case 'm:t':
      return $(node).text();
    case 'm:sSup':
      return `${part('e')}^${grouped(part('sup'))}`;
    case 'm:sSub':
      return `${part('e')}_${grouped(part('sub'))}`;
    case 'm:sSubSup':
      return `${part('e')}_${grouped(part('sub'))}^${grouped(part('sup'))}`;
    case 'm:f':
      return `${grouped(part('num'))}/${grouped(part('den'))}`;
    case 'm:rad':
      return `√${grouped(part('e'))}`;
    case 'm:d':
      return `(${$(node)
        .children('m\\:e')
        .toArray()
        .map((one) => linear($, $(one).contents().toArray()))
        .join(', ')})`;
    default:
      return linear($, $(node).contents().toArray());
  }
}

const grouped = (words: string) => (/^[\p{L}\p{N}]*$/u.test(words) ? words : `(${words})`);
