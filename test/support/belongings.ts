import { randomUUID } from 'node:crypto';
import { call, callJson, register, type Account } from './client.js';
import { collectSse } from './sse.js';
import { uploaded } from './upload.js';

/** Something of an account that holds a word of its own, which nobody else is shown, nor its owner once it is deleted. */
interface Thing {
  owner: number;
  id: string;
  canary: string;
  isDeleted: boolean;
}

interface Conversation extends Thing {
  run: string;
  message: string;
  /** The stream of its answer: what it cites stays in the history, after the deletion of the file too. */
  answer: string;
}

interface Share extends Thing {
  of: Conversation;
  token: string;
}

/** What accounts of a server have, and what has been deleted of it, for tests that know what must be seen by whom. */
export class Belongings {
  readonly conversations: Conversation[] = [];
  readonly attachments: Thing[] = [];
  readonly rooms: Thing[] = [];
  readonly shares: Share[] = [];
  readonly keys: (Thing & { key: string })[] = [];

  private constructor(
    readonly url: string,
    readonly accounts: Account[],
  ) {}

  static async of(url: string, accounts: number): Promise<Belongings> {
    return new Belongings(url, await Promise.all(Array.from({ length: accounts }, () => register(url))));
  }

  tokenOf = (owner: number) => this.accounts[owner]!.accessToken;

  /** Sends a message in a new conversation, or under the id of one that was deleted. */
  async converse(owner: number, id: string = randomUUID()): Promise<void> {
    const thing = newThing(owner, id);
    const token = this.tokenOf(owner);
    const body = { message: `I say ${thing.canary}`, conversation_id: id };
    const answer = await call(this.url, '/chat', { token, body });
    if (answer.status !== 200) throw new Error(`/chat: ${answer.status} ${await answer.text()}`);
    const run = answer.headers.get('x-run-id')!;
    const events = await collectSse(answer);
    const history = await callJson<{ messages: { id: string }[] }>(
      this.url,
      `/conversations/${id}/messages`,
      {
        token,
      },
    );
    const message = history.body.messages.at(-1)!.id;
    this.conversations.push({ ...thing, run, message, answer: JSON.stringify(events) });
  }

  async upload(owner: number): Promise<void> {
    const thing = newThing(owner);
    const bytes = `All about eels: ${thing.canary}`;
    const id = await uploaded(this.url, this.tokenOf(owner), { name: `${thing.canary}.txt`, bytes });
    this.attachments.push({ ...thing, id });
  }

  async enterRoom(owner: number): Promise<void> {
    const thing = newThing(owner, 'the same name for all');
    const body = { role: 'user', content: thing.canary };
    const path = `/v1/chat/sessions/${encodeURIComponent(thing.id)}/messages`;
    await call(this.url, path, { token: this.tokenOf(owner), body });
    this.rooms.push(thing);
  }

  async share(of: Conversation): Promise<void> {
    const made = await callJson<{ id: string; token: string }>(this.url, `/conversations/${of.id}/shares`, {
      token: this.tokenOf(of.owner),
      body: {},
    });
    if (made.status !== 201) throw new Error(`shares: ${made.status} ${JSON.stringify(made.body)}`);
    this.shares.push({ ...of, ...made.body, of });
  }

  async makeKey(owner: number): Promise<void> {
    const thing = newThing(owner);
    const body = { name: thing.canary, scopes: ['conversations:read'] };
    const made = await callJson<{ id: string; key: string }>(this.url, '/users/me/keys', {
      token: this.tokenOf(owner),
      body,
    });
    this.keys.push({ ...thing, ...made.body });
  }

  /** Marks all of an account as deleted; whoever comes next under its number is another account. */
  async replace(owner: number): Promise<void> {
    for (const things of [this.conversations, this.attachments, this.rooms, this.shares, this.keys])
      for (const thing of things) if (thing.owner === owner) thing.isDeleted = true;
    this.accounts[owner] = await register(this.url);
  }

  /**
   * Words in a text that a caller must not be shown: those of others, and of what is deleted.
   * @param conversation id of the one that the text is of: what its answers cited of the caller's files may be shown
   */
  leaksIn(text: string, caller: number | null, conversation?: string): string[] {
    const cited = this.conversations
      .filter(({ id, owner, isDeleted }) => id === conversation && owner === caller && !isDeleted)
      .map(({ answer }) => answer)
      .join();
    return [this.conversations, this.attachments, this.rooms, this.keys]
      .flat()
      .filter(({ owner, isDeleted }) => isDeleted || owner !== caller)
      .filter(({ owner, canary }) => text.includes(canary) && !(owner === caller && cited.includes(canary)))
      .map(({ canary }) => canary);
  }
}

const newThing = (owner: number, id = ''): Thing => ({
  owner,
  id,
  canary: `canary${randomUUID().replaceAll('-', '')}`,
  isDeleted: false,
});
