import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import type { z } from 'zod';
import { AgentRegistry } from '../../agents/agent-registry.js';
import { personaSchema, type Persona } from '../../agents/personas/persona.js';
import { StoredAgents } from '../../agents/stored/stored-agents.js';
import { Toolbox } from '../../agents/tools/toolbox.js';
import { InvalidInput, notFound, ParleyError } from '../../common/errors.js';
import { parseInput } from '../../common/http/validation.pipe.js';
import { SettingError } from '../../config/env.js';
import type { AgentVersion } from '../../database/entities/agents/agent.entity.js';
import {
  AgentsRepository,
  MAX_AGENTS,
  type Authorship,
  type Conflict,
  type CurrentAgent,
  type Definition,
} from '../../database/repositories/agents/agents.repository.js';
import { AttachmentsRepository } from '../../database/repositories/documents/attachments.repository.js';
import { toSlice, type Slice } from '../../database/repositories/page.js';
import {
  fromBuiltIn,
  fromRow,
  type agentPageSchema,
  type newAgentSchema,
  type versionPageSchema,
} from './schemas.js';

/** As an agent of a file or of code is listed. */
const ASSISTANT = 'assistant';

/** Agents as admins see, create and change them. Refusals are ParleyErrors; an unknown agent is `not-found`. */
@Injectable()
export class AgentsService {
  constructor(
    private readonly agents: AgentsRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly registry: AgentRegistry,
    private readonly stored: StoredAgents,
    private readonly toolbox: Toolbox,
  ) {}

  /** All agents by their ids; those of files and of code too. */
  async list({
    limit,
    cursor,
  }: z.output<typeof agentPageSchema>): Promise<Slice<ReturnType<typeof fromRow>>> {
    const rows = (await this.agents.all()).filter(({ exists }) => exists);
    const shown = [...this.builtIn(), ...(await this.showAll(rows))]
      .map((agent) => ({ agent, key: `${agent.id}/${agent.source}` }))
      .filter(({ key }) => !cursor || key > cursor[0])
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const { items, next } = toSlice(shown.slice(0, limit + 1), limit, ({ key }) => [key]);
    return { items: items.map(({ agent }) => agent), next };
  }

  async get(id: string) {
    const row = await this.agents.find(id);
    const agent = row ? await this.show(row) : this.builtIn().find((each) => each.id === id);
    if (!agent) throw unknownAgent();
    return agent;
  }

  /** @throws InvalidInput naming the field; ParleyError `agent-name-taken`, `too-many-agents` */
  async create({ id, ...persona }: z.output<typeof newAgentSchema>, authorId: string) {
    const definition = await this.checked(id, persona);
    this.refuseBuiltIn({ id, label: persona.label });
    refuse(await this.agents.add(id, definition, { authorId }), id, persona);
    return this.changed(id);
  }

  /**
   * Makes a new version, unless the definition is that of the current one.
   * @throws InvalidInput naming the field; ParleyError `agent-name-taken`, `agent-changed`, `agent-read-only`
   */
  async update(id: string, persona: Persona, authorship: Authorship) {
    const row = await this.existing(id);
    const definition = await this.checked(id, persona);
    if (isDeepStrictEqual(row.definition, definition)) return this.show(row);
    return this.replace(id, definition, authorship);
  }

  /** Makes an old version the current one, as a new version. @throws as `update` */
  async rollBack(id: string, version: number, authorship: Authorship) {
    const row = await this.existing(id);
    if (version === row.version) return this.show(row);
    const { definition } = await this.version(id, version);
    // It may be of an earlier release, or list a server that is no longer configured.
    const persona = parseInput(personaSchema, definition, 'body', 'version');
    return this.replace(id, await this.checked(id, persona), authorship, version);
  }

  /** @throws ParleyError `agent-read-only` */
  async enable(id: string, isEnabled: boolean) {
    await this.existing(id);
    if (!(await this.agents.enable(id, isEnabled))) throw unknownAgent();
    return this.changed(id);
  }

  /** @throws ParleyError `agent-read-only` */
  async delete(id: string): Promise<void> {
    await this.existing(id);
    if (!(await this.agents.delete(id))) throw unknownAgent();
    await this.stored.announce();
  }

  async versions(id: string, page: z.output<typeof versionPageSchema>): Promise<Slice<AgentVersion>> {
    await this.existing(id);
    return this.agents.versions(id, page);
  }

  async version(id: string, version: number): Promise<AgentVersion> {
    await this.existing(id);
    const found = await this.agents.version(id, version);
    if (!found) throw notFound('Version not found');
    return found;
  }

  private async replace(id: string, definition: Definition, authorship: Authorship, restoredFrom?: number) {
    const { label } = definition;
    this.refuseBuiltIn({ id, label });
    const conflict = await this.agents.addVersion(id, definition, authorship, restoredFrom);
    if (conflict === 'not-found') throw unknownAgent();
    refuse(conflict, id, { label });
    return this.changed(id);
  }

  private async changed(id: string) {
    await this.stored.announce();
    return this.get(id);
  }

  /** @throws ParleyError `not-found`; `agent-read-only` for one of a file or of code */
  private async existing(id: string): Promise<CurrentAgent> {
    const row = await this.agents.find(id);
    if (row) return row;
    const builtIn = this.builtIn().find((each) => each.id === id);
    if (!builtIn) throw unknownAgent();
    const place = builtIn.source === 'file' ? 'a file of AGENTS_DIR' : 'code';
    throw new ParleyError(
      'conflict',
      'agent-read-only',
      `The agent ${id} is defined in ${place} and is read-only`,
    );
  }

  private async show(row: CurrentAgent) {
    return (await this.showAll([row]))[0]!;
  }

  private async showAll(rows: readonly CurrentAgent[]) {
    const documentsOf = ({ definition }: CurrentAgent) =>
      (definition?.documents as string[] | undefined) ?? [];
    const found = await this.systemDocuments(rows.flatMap(documentsOf));
    return rows.map((row) => {
      const known = this.stored.list.find(({ id, version }) => id === row.id && version === row.version);
      if (this.registry.isBuiltIn(row)) return fromRow(row, 'An agent of a file or of code has its name.');
      const isLacking = documentsOf(row).some((document) => !found.has(document));
      return fromRow(row, known?.problem ?? (isLacking ? 'Not all of its documents exist any more.' : null));
    });
  }

  private async systemDocuments(ids: readonly string[]): Promise<Set<string>> {
    return new Set(ids.length > 0 ? await this.attachments.visibleIds(NIL, ids) : []);
  }

  private builtIn() {
    return this.registry.builtIn.map((agent) => {
      const shown = fromBuiltIn(agent, true);
      return shown.definition && agent.id !== ASSISTANT ? shown : { ...shown, source: 'code' as const };
    });
  }

  /** @throws InvalidInput for documents that are not for all users, and for servers that are not configured */
  private async checked(id: string, persona: Persona): Promise<Definition> {
    const { documents = [], tools, approval } = persona;
    const found = await this.systemDocuments(documents);
    const wrong = documents.findIndex((document) => !found.has(document));
    if (wrong >= 0)
      throw unfit(['documents', wrong], 'There is no document for all users with this id', documents[wrong]);
    for (const [field, names] of Object.entries({ tools, approval }))
      names.forEach((name, i) => {
        try {
          this.toolbox.check(id, [name]);
        } catch (error) {
          if (!(error instanceof SettingError)) throw error;
          throw unfit([field, i], 'MCP_SERVERS_FILE does not name this server', name);
        }
      });
    // Without the keys that are undefined, as it will be read.
    return JSON.parse(JSON.stringify(persona)) as Definition;
  }

  private refuseBuiltIn(names: { id: string; label: string }): void {
    if (this.registry.isBuiltIn(names)) throw nameTaken(names);
  }
}

const unfit = (loc: (string | number)[], msg: string, input: unknown) =>
  new InvalidInput([{ type: 'value_error', loc: ['body', ...loc], msg, input }]);

const unknownAgent = () => notFound('Agent not found');

const nameTaken = ({ id, label }: { id: string; label: string }) =>
  new ParleyError(
    'conflict',
    'agent-name-taken',
    `Another agent has the id or the label "${id}" or "${label}": both must be unique`,
  );

function refuse(conflict: Conflict | null, id: string, { label }: { label: string }): void {
  switch (conflict) {
    case null:
      return;
    case 'name':
      throw nameTaken({ id, label });
    case 'too-many':
      throw new ParleyError('conflict', 'too-many-agents', `There can be ${MAX_AGENTS} agents at most`);
    case 'version':
      throw new ParleyError('conflict', 'agent-changed', 'The agent was changed meanwhile: read it again');
  }
}
