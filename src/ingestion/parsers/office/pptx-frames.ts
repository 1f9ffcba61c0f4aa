import type { CheerioAPI } from 'cheerio';

/** Lines of a diagram or a chart. */
export interface Frame {
  kind: 'list' | 'table';
  lines: string[];
}

const MAX_POINTS = 500;

/** The text of the shapes of a SmartArt diagram. @param $ its data part */
export function diagramOf($: CheerioAPI): Frame {
  const lines = $('dgm\\:pt')
    .toArray()
    .filter((point) => !['parTrans', 'sibTrans', 'pres'].includes($(point).attr('type') ?? ''))
    .map((point) =>
      $(point)
        .find('a\\:p')
        .toArray()
        .map((paragraph) => $(paragraph).find('a\\:t').text())
        .join(' ')
        .trim(),
    );
  return { kind: 'list', lines: lines.filter(Boolean) };
}

/** A chart's title, and its values below its categories. @param $ the chart's part */
export function chartOf($: CheerioAPI): Frame {
  const title = $('c\\:chart > c\\:title a\\:t').text().trim();
  const axes = $('c\\:valAx > c\\:title, c\\:catAx > c\\:title')
    .toArray()
    .map((axis) => $(axis).find('a\\:t').text().trim());
  const series = $('c\\:ser').toArray();
  const points = (one: (typeof series)[number], part: string) =>
    $(one)
      .find(`> c\\:${part} c\\:pt`)
      .toArray()
      .slice(0, MAX_POINTS)
      .map((point) => $(point).children('c\\:v').text().trim());
  const rows = series.map((one) => {
    const name =
      $(one).find('> c\\:tx c\\:v').first().text().trim() || $(one).find('> c\\:tx a\\:t').text().trim();
    return [name, ...points(one, 'val'), ...points(one, 'yVal')].join(' | ');
  });
  const categories = series[0] ? [...points(series[0], 'cat'), ...points(series[0], 'xVal')] : [];
  const header = categories.length > 0 ? [`| ${categories.join(' | ')}`] : [];
  return { kind: 'table', lines: [title, ...axes, ...header, ...rows].filter(Boolean) };
}
