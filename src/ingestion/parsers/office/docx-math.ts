import type { CheerioAPI } from 'cheerio';
import { isTag, type AnyNode, type Element } from 'domhandler';

/** An equation of Office in one line: `E=m(c)^(2)` is written `E=mc^2`. */
export function linear($: CheerioAPI, nodes: readonly AnyNode[]): string {
  return nodes.map((node) => (isTag(node) ? linearElement($, node) : '')).join('');
}

function linearElement($: CheerioAPI, node: Element): string {
  const part = (name: string) => linear($, $(node).children(`m\\:${name}`).contents().toArray());
  const sign = (name: string, usual: string) =>
    $(node)
      .children(`${node.tagName.replace(':', '\\:')}Pr`)
      .children(`m\\:${name}`)
      .attr('m:val') ?? usual;
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
      return `${root(part('deg').trim())}${grouped(part('e'))}`;
    case 'm:d': {
      const [open, close] = [sign('begChr', '('), sign('endChr', ')')];
      return `${open}${parts($, node, 'e').join(`${sign('sepChr', ',').trim()} `)}${close}`;
    }
    case 'm:nary': {
      const [from, to] = [part('sub'), part('sup')];
      return `${sign('chr', '∫')}${from && `_${grouped(from)}`}${to && `^${grouped(to)}`} ${part('e')}`;
    }
    case 'm:func':
      return `${part('fName')} ${part('e')}`;
    case 'm:limLow':
      return `${part('e')}_${grouped(part('lim'))}`;
    case 'm:limUpp':
      return `${part('e')}^${grouped(part('lim'))}`;
    case 'm:m':
      return `[${$(node)
        .children('m\\:mr')
        .toArray()
        .map((row) => parts($, row, 'e').join(', '))
        .join('; ')}]`;
    case 'm:eqArr':
      return parts($, node, 'e').join('; ');
    case 'm:bar':
      return `${part('e')}\u0305`;
    case 'm:acc':
      return `${part('e')}${sign('chr', '\u0302')}`;
    default:
      return linear($, $(node).contents().toArray());
  }
}

const parts = ($: CheerioAPI, node: Element, name: string): string[] =>
  $(node)
    .children(`m\\:${name}`)
    .toArray()
    .map((one) => linear($, $(one).contents().toArray()));

const root = (degree: string) => ({ '': '√', 2: '√', 3: '∛', 4: '∜' })[degree] ?? `(${degree})√`;

const grouped = (words: string) => (/^[\p{L}\p{N}]*$/u.test(words) ? words : `(${words})`);
