import { read, zipOf, relations, shown } from './support/office-files.js';

const P =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" ' +
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ' +
  'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"';

describe('a presentation', () => {
  const text = (words: string) =>
    `<p:sp><p:txBody><a:p><a:r><a:t>${words}</a:t></a:r></a:p></p:txBody></p:sp>`;
  const slide = (content: string, attributes = '') =>
    `<p:sld ${P}${attributes}><p:cSld><p:spTree>${content}</p:spTree></p:cSld></p:sld>`;

  it('gives the words of diagrams and charts, nothing twice, and names hidden slides', async () => {
    const slides = [
      slide(
        '<p:graphicFrame><a:graphic><a:graphicData><dgm:relIds r:dm="rD"/></a:graphicData></a:graphic></p:graphicFrame>',
      ),
      slide(
        '<p:graphicFrame><a:graphic><a:graphicData><c:chart r:id="rC"/></a:graphicData></a:graphic></p:graphicFrame>',
      ),
      slide(text('old'), ' show="0"'),
      slide(
        `<mc:AlternateContent><mc:Choice>${text('once')}</mc:Choice><mc:Fallback>${text('once')}</mc:Fallback></mc:AlternateContent><p:grpSp>${text('grouped')}</p:grpSp>`,
      ),
    ];
    const point = (value: string, i: number) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`;
    const parts: Record<string, string> = {
      '[Content_Types].xml':
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>',
      '_rels/.rels': relations([['r1', 'officeDocument', 'ppt/presentation.xml']]),
      'ppt/presentation.xml': `<p:presentation ${P}><p:sldIdLst>${slides.map((_, i) => `<p:sldId r:id="r${i}"/>`).join('')}</p:sldIdLst></p:presentation>`,
      'ppt/_rels/presentation.xml.rels': relations(
        slides.map((_, i) => [`r${i}`, 'slide', `slides/slide${i}.xml`]),
      ),
      'ppt/slides/_rels/slide0.xml.rels': relations([['rD', 'diagramData', '../diagrams/data1.xml']]),
      'ppt/slides/_rels/slide1.xml.rels': relations([['rC', 'chart', '../charts/chart1.xml']]),
      'ppt/diagrams/data1.xml': `<dgm:dataModel ${P}><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Gate 3: legal review</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt type="sibTrans"><dgm:t><a:p/></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>`,
      'ppt/charts/chart1.xml':
        `<c:chartSpace ${P}><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Churn 2024</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart><c:ser>` +
        `<c:tx><c:strRef><c:strCache>${point('Rate', 0)}</c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache>${['Q1', 'Q2'].map(point).join('')}</c:strCache></c:strRef></c:cat>` +
        `<c:val><c:numRef><c:numCache>${['4.1', '3.8'].map(point).join('')}</c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>`,
    };
    slides.forEach((content, i) => (parts[`ppt/slides/slide${i}.xml`] = content));
    const document = await read('a.pptx', await zipOf(parts));
    expect(shown(document)).toEqual([
      'paragraph: Gate 3: legal review',
      'paragraph: Churn 2024',
      'table: | Category | Rate |\n| --- | --- |\n| Q1 | 4.1 |\n| Q2 | 3.8 |',
      'paragraph: once',
      'paragraph: grouped',
    ]);
    expect(document.blocks.map(({ page }) => page)).toEqual([1, 2, 2, 4, 4]);
    expect(document.tables).toMatchObject([
      {
        name: 'Churn 2024',
        columns: ['Category', 'Rate'],
        rows: [
          ['Q1', 4.1],
          ['Q2', 3.8],
        ],
      },
    ]);
    expect(document.warnings).toEqual(['Slide 3 is hidden and was left out.']);
  });
});
