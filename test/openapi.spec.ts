import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

interface Schema {
  $ref?: string;
  default?: unknown;
  required?: string[];
  example?: unknown;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  enum?: unknown[];
  type?: string;
  nullable?: boolean;
  format?: string;
}
interface Content {
  content?: Record<
    string,
    { schema: Schema; example?: unknown; examples?: Record<string, { summary: string; value: unknown }> }
  >;
}
interface Operation {
  operationId: string;
  summary?: string;
  tags: string[];
  security?: Record<string, unknown>[];
  parameters: { in: string }[];
  requestBody?: Content;
  responses: Record<string, Content>;
}
interface Document {
  info: { description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, object> };
}

const text = readFileSync('api/openapi.yaml', 'utf8');
const { info, tags, paths, components } = parse(text) as Document;
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    operation,
  })),
);

/** Routes that know no unknown id: they answer as if there was nothing in it. */
const NEVER_404 = [
  'POST /upload/{conversationID}',
  'GET /db/{conversationID}',
  'POST /v1/chat/sessions/{session_id}/messages',
  'GET /v1/chat/sessions/{session_id}/messages',
  'DELETE /v1/chat/sessions/{session_id}',
  'GET /get_history_conversatino/{id}',
  'GET /get_history_conversation/{id}',
  'GET /chat/{conversation_id}/stream',
  'GET /api/ai/chat/{id}/stream',
];

const namesOf = (wrong: (typeof routes)[number][]) => wrong.map(({ name }) => name);
const resolve = (schema: Schema): Schema =>
  schema.$ref ? components.schemas[schema.$ref.split('/').at(-1)!]! : schema;

/** Whether a reader is shown what it looks like, by examples of the whole or of its parts. */
function isShown(schema: Schema): boolean {
  const { example, enum: choices, type, format, items, properties, allOf, anyOf, oneOf } = resolve(schema);
  const parts = allOf ?? anyOf ?? oneOf ?? (properties && Object.values(properties)) ?? (items && [items]);
  const speaksForItself = choices !== undefined || type === 'boolean' || format === 'binary';
  return example !== undefined || speaksForItself || Boolean(parts?.every(isShown));
}

/** The same in JSON Schema, which has no `nullable` beside a reference. */
const asJsonSchema = (document: object) =>
  JSON.parse(JSON.stringify(document), (_key, value: Schema | null) =>
    value?.nullable && !value.type ? { anyOf: [{ ...value, nullable: undefined }, { enum: [null] }] } : value,
  ) as object;

const isJson = ([type]: [string, unknown]) => type.startsWith('application/json');
const bodiesOf = (message: Content = {}) => Object.entries(message.content ?? {});

describe('the OpenAPI document', () => {
  it('has a summary for every route, without a full stop', () => {
    const wrong = routes.filter(({ operation: { summary } }) => !summary || summary.endsWith('.'));
    expect(namesOf(wrong)).toEqual([]);
  });

  it('names every operation by a verb of its own', () => {
    const ids = routes.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const verbs =
      /^(ask|check|clear|compact|continue|create|decide|delete|download|edit|fork|get|greet|list|log|manage|move|post|rate|refresh|regenerate|register|reindex|reload|rename|request|reset|retry|revoke|roll|search|send|share|stop|stream|switch|sync|update|upload|verify)([A-Z][a-z]*)*$/;
    expect(ids.filter((id) => !verbs.test(id))).toEqual([]);
  });

  it('has an error example that fits its status', () => {
    const shown = routes.flatMap(({ operation: { responses } }) =>
      Object.entries(responses).flatMap(([status, answer]) =>
        bodiesOf(answer).flatMap(([, { example, schema }]) =>
          /^[45]/.test(status) && schema.$ref?.endsWith('Error')
            ? [`${status} ${JSON.stringify(example ?? resolve(schema).example)}`]
            : [],
        ),
      ),
    );
    const statusesOf = new Map<string, Set<string>>();
    for (const line of shown) {
      const [status, example] = [line.slice(0, 3), line.slice(4)];
      statusesOf.set(example, (statusesOf.get(example) ?? new Set()).add(status));
    }
    expect([...statusesOf].filter(([example, statuses]) => !example || statuses.size > 1)).toEqual([]);
    expect(shown.filter((line) => line.endsWith('undefined'))).toEqual([]);
  });

  it('describes every tag that a route has, and no other', () => {
    const used = new Set(routes.flatMap(({ operation }) => operation.tags));
    expect(tags.map(({ name }) => name).toSorted()).toEqual([...used].toSorted());
    expect(tags.filter(({ description }) => !description)).toEqual([]);
  });

  it('requires a message alone of generated clients', () => {
    const bodies = Object.values(paths['/chat']!.post!.requestBody!.content!).map(({ schema }) => schema);
    const choices = bodies.flatMap(({ anyOf, oneOf, ...schema }) => anyOf ?? oneOf ?? [schema]).map(resolve);
    expect(choices.map(({ required }) => required)).toContainEqual(['message']);
    // Generators take a property with a default for one that is always there.
    const declared = choices.flatMap(({ properties = {} }) => Object.values(properties));
    expect(declared.filter((property) => property.default !== undefined)).toEqual([]);
  });

  it('names the routes for new clients, and lists those first', () => {
    const isForNew = tags.map(({ description }) => description.includes('For new clients'));
    expect(isForNew).toEqual(isForNew.toSorted((a, b) => Number(b) - Number(a)));
    expect(tags.filter((_, i) => isForNew[i]).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Chat', 'RAG assistant', 'Runs']),
    );
    expect(info.description).toContain('Which routes a new client should use');
  });

  it('lets a reader log in by password', () => {
    expect(components.securitySchemes['password']).toMatchObject({
      type: 'oauth2',
      flows: { password: { tokenUrl: '/auth/jwt/login' } },
    });
  });

  it('shows both bodies of POST /chat by name', () => {
    const { examples } = paths['/chat']!.post!.requestBody!.content!['application/json']!;
    expect(Object.keys(examples!)).toEqual(['RagAssistantMessage', 'MovieFinderMessage']);
    for (const { summary, value } of Object.values(examples!)) {
      expect(summary).toMatch(/\w/);
      expect(value).toHaveProperty('message');
    }
  });

  it('has an example of every request with a body', () => {
    const wrong = routes.filter(({ operation: { requestBody } }) =>
      bodiesOf(requestBody).some(([, { schema }]) => !isShown(schema)),
    );
    expect(namesOf(wrong)).toEqual([]);
  });

  it('has an example of every success, or declares that it has no body', () => {
    const wrong = routes.filter(({ operation: { responses } }) => {
      const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      const isTold = ([status, answer]: [string, Content]) =>
        status === '204' ||
        (bodiesOf(answer).length > 0 && bodiesOf(answer).every(([, { schema }]) => isShown(schema)));
      return successes.length === 0 || !successes.every(isTold);
    });
    expect(namesOf(wrong)).toEqual([]);
  });

  it('gives every refusal a JSON body with an example', () => {
    const wrong = routes.filter(({ operation: { responses } }) =>
      Object.entries(responses).some(
        ([status, answer]) =>
          /^[45]/.test(status) && !bodiesOf(answer).some((body) => isJson(body) && isShown(body[1].schema)),
      ),
    );
    expect(namesOf(wrong)).toEqual([]);
  });

  it('documents 401 wherever a token is required', () => {
    const wrong = routes.filter(({ operation: { security, responses } }) => !security && !responses[401]);
    expect(namesOf(wrong)).toEqual([]);
  });

  it('documents 400 or 422 wherever there is input', () => {
    const wrong = routes.filter(({ operation: { requestBody, parameters, responses } }) => {
      const takesInput = requestBody || parameters.some((parameter) => parameter.in === 'query');
      return takesInput && !responses[400] && !responses[422];
    });
    expect(namesOf(wrong)).toEqual([]);
  });

  it('documents 404 wherever there is an id in the path', () => {
    const wrong = routes.filter(
      ({ name, path, operation }) =>
        path.includes('{') && !operation.responses[404] && !NEVER_404.includes(name),
    );
    expect(namesOf(wrong)).toEqual([]);
  });

  it('has times in ISO 8601 but in the formats of the RAG assistant and of OpenAI', () => {
    const numeric = new Set<string>();
    const walk = (name: string, schema: Schema): void => {
      const { properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = schema;
      for (const [key, property] of Object.entries(properties)) {
        if (/(?:^|_)(?:at|ts|until)$/.test(key) && /number|integer/.test(property.type ?? ''))
          numeric.add(name);
        walk(name, property);
      }
      for (const part of [...(items ? [items] : []), ...anyOf, ...oneOf, ...allOf]) walk(name, part);
    };
    for (const [name, schema] of Object.entries(components.schemas)) walk(name, schema);
    expect([...numeric].toSorted()).toEqual([
      'Attachment',
      'ChangedConversation',
      'Conversation',
      'ConversationMessage',
      'ConversationMessages',
      'ConversationSummary',
      'FoundMessages',
      'OpenAiConversation',
      'Response',
    ]);
  });

  it('has no dangling references', () => {
    const referred = [...text.matchAll(/\$ref: "?#\/components\/schemas\/(\w+)/g)].map(([, name]) => name!);
    expect(text).not.toContain('#/definitions/');
    expect(referred.filter((name) => !components.schemas[name])).toEqual([]);
  });

  it('has examples that fit their schemas', () => {
    const ajv = new Ajv({ strict: false, allErrors: true }).addSchema(asJsonSchema({ components }), 'api');
    const examples = Object.entries(components.schemas).flatMap(([name, schema]) =>
      [schema, ...(schema.oneOf ?? [])].map(({ example }) => [name, example] as const),
    );
    const wrong = examples.flatMap(([name, example]) => {
      if (example === undefined || ajv.validate({ $ref: `api#/components/schemas/${name}` }, example))
        return [];
      return [`${name}: ${ajv.errorsText()}`];
    });
    expect(wrong).toEqual([]);
  });

  it('holds the events of streams and the frames of sockets', () => {
    const shapes = ['MovieFinderEvent', 'RagAssistantEvent', 'RoomFrame', 'AgentDeskFrame'];
    expect(shapes.filter((name) => !components.schemas[name] || !isShown({ $ref: `/${name}` }))).toEqual([]);
  });
});
