import type { Cheerio, CheerioAPI } from 'cheerio';
import type { AnyNode } from 'domhandler';

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
  const points = (one: (typeof series)[number], part: string) => {
    const levels = $(one).find(`> c\\:${part} c\\:lvl`).toArray();
    if (levels.length > 0) return leveled(levels.map((level) => valuesOf($, $(level).children('c\\:pt'))));
    const values = valuesOf($, $(one).find(`> c\\:${part} c\\:pt`));
    const isPercent = $(one).find(`> c\\:${part} c\\:formatCode`).text().includes('%');
    return isPercent
      ? values.map((value) => value && `${Number((Number(value) * 100).toPrecision(15))}%`)
      : values;
  };
  const columns = series.map((one, i) => ({
    name:
      $(one).find('> c\\:tx c\\:v').first().text().trim() ||
      $(one).find('> c\\:tx a\\:t').text().trim() ||
      `Series ${i + 1}`,
    values: points(one, 'val').concat(points(one, 'yVal')),
  }));
  const categories = series[0] ? points(series[0], 'cat').concat(points(series[0], 'xVal')) : [];
  const length = Math.max(0, categories.length, ...columns.map(({ values }) => values.length));
  const rows = Array.from({ length }, (_, i) => [
    categories[i] ?? String(i + 1),
    ...columns.map(({ values }) => values[i] ?? ''),
  ]);
  const grid = rows.length > 0 ? [['Category', ...columns.map(({ name }) => name)], ...rows] : undefined;
  return { kind: 'table', lines: [title, ...axes].filter(Boolean), ...(grid && { grid }) };
}

/** The values of points at their places: a chart leaves out those without one. */
function valuesOf($: CheerioAPI, points: Cheerio<AnyNode>): string[] {
  const values: string[] = [];
  for (const [i, point] of points.toArray().entries()) {
    const place = Number($(point).attr('idx') ?? i);
    if (place < MAX_POINTS) values[place] = $(point).children('c\\:v').text().trim();
  }
  return Array.from(values, (value) => value ?? '');
}

/** Names in several levels, the innermost first: those of the outer ones hold up to the next. */
function leveled([inner = [], ...outer]: string[][]): string[] {
  const current = outer.map(() => '');
  return inner.map((name, i) => {
    outer.forEach((level, depth) => (current[depth] = level[i] || current[depth]!));
    return [...current.toReversed(), name].filter(Boolean).join(' ');
  });
}
