import type { OpenAPIObject } from '@nestjs/swagger';

interface Shape {
  oneOf?: Shape[];
  description?: string;
  example?: Record<string, unknown>;
}

const PLACE = /(<!-- frames: (\w+) -->\n)[^]*?(<!-- end of frames -->)/g;

/**
 * Fills the places of a Markdown page that show frames, between `<!-- frames: NAME -->` and `<!-- end of frames -->`,
 * with the examples and descriptions of the schema of that name.
 * @throws Error when there is no such schema, or a kind of frame has no example or description
 */
export function withFrameExamples(page: string, { components }: OpenAPIObject): string {
  return page.replace(PLACE, (_place, start: string, name: string, end: string) => {
    const schema = components?.schemas?.[name] as Shape | undefined;
    if (!schema) throw new Error(`There is no schema ${name}`);
    return `${start}\n${(schema.oneOf ?? [schema]).map((shape) => show(shape, name)).join('\n')}\n${end}`;
  });
}

function show({ description, example }: Shape, name: string): string {
  if (!example) throw new Error(`A kind of ${name} has no example`);
  const lead = description ? `**\`${String(Object.values(example)[0])}\`** ${description}\n\n` : '';
  return `${lead}\`\`\`json\n${JSON.stringify(example)}\n\`\`\`\n`;
}
