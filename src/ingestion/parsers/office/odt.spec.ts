import { read, shown, zipOf } from './support/office-files.js';

const NAMESPACES =
  'xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:style="s" xmlns:draw="d" xmlns:svg="v" xmlns:fo="f"';

/** A text with these styles. */
async function words(body: string, styles = '') {
  const bytes = await zipOf({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': `<office:document-content ${NAMESPACES}><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:text>${body}</office:text></office:body></office:document-content>`,
    'styles.xml': `<office:document-styles ${NAMESPACES}><office:styles><text:outline-style><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/><text:outline-level-style text:level="3" style:num-format=""/></text:outline-style></office:styles></office:document-styles>`,
  });
  return shown(await read('a.odt', bytes));
}
const heading = (text: string, level: number) => `<text:h text:outline-level="${level}">${text}</text:h>`;
const item = (text: string, more = '', inner = '') =>
  `<text:list-item${more}><text:p>${text}</text:p>${inner}</text:list-item>`;

describe('a text of LibreOffice', () => {
  it('has the numbers of its headings', async () => {
    expect(
      await words(
        heading('Scope', 1) +
          heading('Terms', 2) +
          heading('Fees', 1) +
          heading('Rates', 2) +
          heading('Note', 3),
      ),
    ).toEqual([
      'heading: 1. Scope',
      'heading: 1.1 Terms',
      'heading: 2. Fees',
      'heading: 2.1 Rates',
      'heading: Note',
    ]);
  });

  it('has headings of levels that there are, whatever the file claims', async () => {
    expect(await words(heading('Deep', 4_000_000_000) + heading('Negative', -3))).toEqual([
      'heading: Deep',
      'heading: 2. Negative',
    ]);
  });

  it('has the numbers of its lists', async () => {
    const styles =
      '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="I" style:num-suffix="." text:start-value="3"/><text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/></text:list-style>' +
      '<text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/></text:list-style>';
    const inner = `<text:list>${item('x')}${item('y')}</text:list>`;
    const body =
      `<text:list text:style-name="L">${item('one')}${item('two', '', inner)}</text:list><text:p>Between.</text:p>` +
      `<text:list text:style-name="L" text:continue-numbering="true">${item('more')}${item('far', ' text:start-value="9"')}</text:list>` +
      `<text:list text:style-name="B">${item('dot')}</text:list>`;
    expect(await words(body, styles)).toEqual([
      'paragraph: III. one',
      'paragraph: IV. two',
      'paragraph: (a) x',
      'paragraph: (b) y',
      'paragraph: Between.',
      'paragraph: V. more',
      'paragraph: IX. far',
      'list: - dot',
    ]);
  });

  it('shows powers and struck text, and nothing hidden', async () => {
    const style = (name: string, property: string) =>
      `<style:style style:name="${name}" style:family="text"><style:text-properties ${property}/></style:style>`;
    const styles =
      style('Up', 'style:text-position="super 58%"') +
      style('Out', 'style:text-line-through-style="solid"') +
      style('Gone', 'text:display="none"');
    const span = (text: string, name: string) => `<text:span text:style-name="${name}">${text}</text:span>`;
    expect(
      await words(
        `<text:p>10${span('6', 'Up')} cells for ${span('40', 'Out')} 50 EUR${span(' secret', 'Gone')}</text:p>` +
          '<text:p text:style-name="Gone">draft</text:p><text:section text:display="none"><text:p>draft</text:p></text:section>' +
          '<text:p><draw:frame><draw:image/><svg:title>Dam</svg:title><svg:desc>seen from above</svg:desc></draw:frame></text:p>',
        styles,
      ),
    ).toEqual(['paragraph: 10⁶ cells for ~~40~~ 50 EUR', 'paragraph: Dam seen from above']);
  });
});
