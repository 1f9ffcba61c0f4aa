import fc from 'fast-check';
import { createTestApp, type TestApp } from '../support/app.js';
import { Belongings } from '../support/belongings.js';
import { call, callJson, type Call } from '../support/client.js';
import { FakeOpenAi } from '../support/fake-openai.js';
import { collectSse } from '../support/sse.js';
import { scaled } from '../support/time-factor.mjs';

/** Stories of what two accounts do, and steps of each. */
const STORIES = Number(process.env.PARLEY_TEST_STORIES ?? 6);
const STEPS = 40;
const SEED = Number(process.env.PARLEY_TEST_FUZZ_SEED ?? 20_261_130);

/** `of`: id of the conversation that the answer is of. */
type Asked = Call & { of?: string };

type Command = fc.AsyncCommand<object, Belongings>;

/** Two accounts create, read and delete in any order. */
describe('whatever two accounts do', () => {
  let model: FakeOpenAi;
  let parley: TestApp;

  beforeAll(async () => {
    model = await FakeOpenAi.start();
    model.reply('Well.');
    parley = await createTestApp({
      OPENAI_BASE_URL: model.url,
      OPENAI_EMBEDDING_MODEL: 'words',
      ROOMS_AUTH: 'required',
      SHARES: 'on',
    });
  });
  afterAll(async () => {
    await parley?.close();
    await model?.close();
  });

  const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length];
  /** A step that does nothing when there is nothing to do it with. */
  const step = (name: string, run: (all: Belongings, who: number, which: number) => Promise<void>) =>
    fc.tuple(fc.nat(1), fc.nat(20)).map(([who, which]): Command => ({
      check: () => true,
      run: (_model, all) => run(all, who, which),
      toString: () => `${name} ${who} ${which}`,
    }));
  /** Calls a route and sees that the answer shows a caller nothing that is foreign or deleted. */
  const ask = async (all: Belongings, who: number | null, path: string, options: Asked = {}) => {
    const token = options.token ?? (who === null ? undefined : all.tokenOf(who));
    const answer = await call(parley.url, path, { ...options, token });
    const text = await answer.text();
    const where = `${options.method ?? 'GET'} ${path} ${answer.status}`;
    expect([where, all.leaksIn(text, who, options.of)]).toEqual([where, []]);
    expect([where, answer.status < 500]).toEqual([where, true]);
    return { status: answer.status, text, where };
  };
  const expectStatus = async (
    all: Belongings,
    who: number | null,
    path: string,
    statuses: number[],
    options: Asked = {},
  ) => {
    const { status, where } = await ask(all, who, path, options);
    expect([where, statuses.includes(status)]).toEqual([where, true]);
  };

  const steps = [
    step('converses', (all, who) => all.converse(who)),
    step('uploads', (all, who) => all.upload(who)),
    step('enters a room', (all, who) => all.enterRoom(who)),
    step('makes a key', (all, who) => all.makeKey(who)),
    step('shares', async (all, who, which) => {
      const mine = pick(
        all.conversations.filter(({ owner, isDeleted }) => owner === who && !isDeleted),
        which,
      );
      if (mine) await all.share(mine);
    }),
    step('uses a conversation', async (all, who, which) => {
      const one = pick(all.conversations, which);
      if (!one) return;
      const isOpen = one.owner === who && !one.isDeleted;
      // Under its id there may be a later one, or another account's.
      const isTaken = all.conversations.some(
        (other) => other !== one && other.id === one.id && other.owner === who && !other.isDeleted,
      );
      const { id, run, message } = one;
      const read = isOpen || isTaken ? [200] : [404];
      for (const path of [
        `/conversations/${id}/messages`,
        `/chat/${id}/history`,
        `/conversations/${id}/shares`,
        `/api/ai/chat/${id}/messages`,
      ])
        await expectStatus(all, who, path, read, { of: id });
      // Of an unknown conversation it shows an empty list, as documented.
      await expectStatus(all, who, `/get_history_conversation/${id}`, [200], { of: id });
      for (const path of [`/runs/${run}`, `/runs/${run}/stream`])
        await expectStatus(all, who, path, isOpen ? [200] : [404], { of: id });
      if (isOpen || isTaken) return;
      const body = { message: 'again', message_id: message, content: 'again', title: 'mine' };
      for (const [method, path] of [
        ['PATCH', `/conversations/${id}`],
        ['DELETE', `/conversations/${id}`],
        ['POST', `/conversations/${id}/fork`],
        ['PUT', `/conversations/${id}/head`],
        ['POST', `/conversations/${id}/shares`],
        ['POST', `/conversations/${id}/messages/${message}/regenerate`],
        ['DELETE', `/conversations/${id}/messages/${message}`],
        ['PUT', `/messages/${message}/feedback`],
        ['POST', `/runs/${run}/continue`],
        ['POST', `/runs/${run}/stop`],
        ['POST', `/chat/${id}/stop`],
      ] as const)
        await expectStatus(all, who, path, [404, 409, 422], { method, body });
    }),
    step('deletes a conversation', async (all, who, which) => {
      const mine = pick(
        all.conversations.filter(({ owner, isDeleted }) => owner === who && !isDeleted),
        which,
      );
      if (!mine) return;
      const path = which % 2 ? `/conversations/${mine.id}` : `/chat/${mine.id}`;
      mine.isDeleted = true;
      await expectStatus(all, who, path, [200, 204], { method: 'DELETE' });
    }),
    step('converses under an id that was used', async (all, who, which) => {
      const one = pick(all.conversations, which);
      const isOpen = ({ id, isDeleted }: { id: string; isDeleted: boolean }) => id === one?.id && !isDeleted;
      // Of an account that has none of that name: it gets one of its own, or a refusal, never that of another.
      if (one && !all.conversations.some(isOpen)) await all.converse(who, one.id);
    }),
    step('uses an attachment', async (all, who, which) => {
      const one = pick(all.attachments, which);
      if (!one) return;
      const isOpen = one.owner === who && !one.isDeleted;
      await expectStatus(all, who, `/attachments/${one.id}`, isOpen ? [200] : [404]);
      await expectStatus(all, who, `/attachments/${one.id}/raw`, isOpen ? [200] : [404]);
      // Its text is there when it has been indexed.
      await expectStatus(all, who, `/attachments/${one.id}/text`, isOpen ? [200, 409] : [404]);
      if (!isOpen) await expectStatus(all, who, `/attachments/${one.id}`, [404], { method: 'DELETE' });
    }),
    step('deletes an attachment', async (all, who, which) => {
      const mine = pick(
        all.attachments.filter(({ owner, isDeleted }) => owner === who && !isDeleted),
        which,
      );
      if (!mine) return;
      mine.isDeleted = true;
      await expectStatus(all, who, `/attachments/${mine.id}`, [200, 204], { method: 'DELETE' });
    }),
    step('asks about what all have files about', async (all, who) => {
      model.requests.length = 0;
      const answer = await call(parley.url, '/chat', {
        token: all.tokenOf(who),
        body: { message: 'What is there about eels?' },
      });
      const events = await collectSse(answer);
      expect(all.leaksIn(JSON.stringify([events, model.lastRequest.body]), who)).toEqual([]);
    }),
    step('reads a room', async (all, who) => {
      const path = `/v1/chat/sessions/${encodeURIComponent('the same name for all')}/messages`;
      await ask(all, who, path);
    }),
    step('deletes a room', async (all, who) => {
      for (const room of all.rooms) if (room.owner === who) room.isDeleted = true;
      const path = `/v1/chat/sessions/${encodeURIComponent('the same name for all')}`;
      await expectStatus(all, who, path, [200, 204, 404], { method: 'DELETE' });
    }),
    step('reads a share', async (all, _who, which) => {
      const one = pick(all.shares, which);
      if (!one) return;
      const isOpen = !one.isDeleted && !one.of.isDeleted;
      const answer = await call(parley.url, `/shared/${one.token}`);
      const text = await answer.text();
      expect([answer.status, text.includes(one.of.canary)]).toEqual(isOpen ? [200, true] : [404, false]);
    }),
    step('revokes a share', async (all, who, which) => {
      const one = pick(all.shares, which);
      if (!one) return;
      const isMine = one.owner === who && !one.isDeleted && !one.of.isDeleted;
      if (isMine) one.isDeleted = true;
      const path = `/conversations/${one.of.id}/shares/${one.id}`;
      await expectStatus(all, who, path, isMine ? [204] : [404], { method: 'DELETE' });
    }),
    step('uses a key', async (all, _who, which) => {
      const one = pick(all.keys, which);
      if (!one) return;
      const options = { token: one.key };
      await expectStatus(all, one.owner, '/conversations', one.isDeleted ? [401] : [200], options);
      await expectStatus(all, one.owner, '/users/me/keys', one.isDeleted ? [401] : [403], options);
    }),
    step('revokes a key', async (all, who, which) => {
      const one = pick(all.keys, which);
      if (!one) return;
      const isMine = one.owner === who && !one.isDeleted;
      if (isMine) one.isDeleted = true;
      const path = `/users/me/keys/${one.id}`;
      await expectStatus(all, who, path, isMine ? [200, 204] : [404], { method: 'DELETE' });
    }),
    step('lists what there is', async (all, who) => {
      for (const path of [
        '/conversations?limit=100',
        '/chat/sessions?limit=100',
        '/history/?limit=100',
        '/api/chat/?limit=100',
        '/attachments?limit=100',
        '/users/me/keys',
        '/v1/chat/sessions',
        '/conversations/search?q=say',
        '/conversations/search?q=canary',
        '/usage?by=day',
      ])
        await ask(all, who, path);
      const { text } = await ask(all, who, '/conversations?limit=100');
      for (const { id, owner, isDeleted } of all.conversations)
        if (owner === who && !isDeleted) expect(text).toContain(id);
    }),
    step('ends all log-ins', async (all, who) => {
      const account = all.accounts[who]!;
      await expectStatus(all, who, '/auth/logout-all', [200, 204], { method: 'POST' });
      await expectStatus(all, who, '/conversations', [401]);
      const { email, password } = account;
      const { body } = await callJson<{ access_token: string }>(parley.url, '/auth/login', {
        body: { email, password },
      });
      account.accessToken = body.access_token;
    }),
    step('deletes the account', async (all, who, which) => {
      if (which % 4) return;
      const { password, accessToken } = all.accounts[who]!;
      const options: Call = { method: 'DELETE', body: { password } };
      await expectStatus(all, who, '/users/me', [200], options);
      await all.replace(who);
      await expectStatus(all, null, '/conversations', [401], { token: accessToken });
    }),
  ];

  it(`nobody sees data of others or deleted data, in ${STORIES} stories of ${STEPS} steps`, async () => {
    const stories = fc.commands<object, Belongings, false>(steps, { maxCommands: STEPS, size: 'max' });
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        await fc.asyncModelRun(async () => ({ model: {}, real: await Belongings.of(parley.url, 2) }), story);
      }),
      {
        numRuns: STORIES,
        seed: SEED,
        interruptAfterTimeLimit: scaled(300_000),
        markInterruptAsFailure: false,
      },
    );
  }, 900_000);
});
