import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const database = fileURLToPath(new URL('../src/database', import.meta.url));
const STATEMENT = /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|DECLARE)\b/;
/** A rule of a file about parameters of all its statements. */
const OF_ALL = /In all statements here \$\d+/g;

/** The numbers of the parameters `$1`, and in comments also of `$1 to $3`. */
function parametersIn(text: string): number[] {
  return [...text.matchAll(/\$(\d+)(?: to \$(\d+))?/g)].flatMap(([, first, last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i),
  );
}

/** Statements of SQL whose parameters are not all named by a comment above them, with the place of each. */
function unnamedParameters(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const ofAll = (text.match(OF_ALL) ?? []).join(' ');
  const found: string[] = [];
  const commentsAbove = (node: ts.Node): string =>
    ts.isSourceFile(node)
      ? ''
      : (ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
          .map(({ pos, end }) => text.slice(pos, end))
          .join('\n') + commentsAbove(node.parent);
  const visit = (node: ts.Node): void => {
    if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return ts.forEachChild(node, visit);
    if (!STATEMENT.test(node.getText())) return;
    const named = new Set(parametersIn(`${commentsAbove(node)} ${ofAll}`));
    const unnamed = [...new Set(parametersIn(node.getText()))].filter((one) => !named.has(one));
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    if (unnamed.length > 0)
      found.push(`${file}:${line + 1} does not name ${unnamed.map((one) => `$${one}`).join(', ')}`);
  };
  visit(source);
  return found;
}

it('statements of SQL have a comment that names their parameters', () => {
  const files = readdirSync(database, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  expect(
    files.flatMap((file) => unnamedParameters(file, readFileSync(join(database, file), 'utf8'))),
  ).toEqual([]);
  expect(
    unnamedParameters('a.ts', '// $1 the id\nrun(`SELECT * FROM films WHERE id = $1 AND year = $2`);'),
  ).toEqual(['a.ts:2 does not name $2']);
});
