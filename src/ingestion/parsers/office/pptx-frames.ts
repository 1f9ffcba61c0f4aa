import type { CheerioAPI } from 'cheerio';

/** Lines of a diagram or a chart. */
export interface Frame {
  kind: 'list' | 'table';
  lines: string[];
  /** The rows of a table, its header first. */
  grid?: string[][];
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

/** A chart's title and axes, and its values as a table: a row for each category, a column for each series. @param $ the chart's part */
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
  const columns = series.map((one, i) => ({
    name:
      $(one).find('> c\\:tx c\\:v').first().text().trim() ||
      $(one).find('> c\\:tx a\\:t').text().trim() ||
      `Series ${i + 1}`,
    values: [...points(one, 'val'), ...points(one, 'yVal')],
  }));
  const categories = series[0] ? [...points(series[0], 'cat'), ...points(series[0], 'xVal')] : [];
  const length = Math.max(0, categories.length, ...columns.map(({ values }) => values.length));
  const rows = Array.from({ length }, (_, i) => [
    categories[i] ?? String(i + 1),
    ...columns.map(({ values }) => values[i] ?? ''),
  ]);
  const grid = rows.length > 0 ? [['Category', ...columns.map(({ name }) => name)], ...rows] : undefined;
  return { kind: 'table', lines: [title, ...axes].filter(Boolean), ...(grid && { grid }) };
}
